"""Durations that somebody typed, alike for all commands that take one."""

from __future__ import annotations

import typer

from brownout.config import units


def seconds(text: str, option: str) -> float:
    """Seconds of the duration. Raises typer.BadParameter, which names the option."""
    try:
        return units.seconds(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
