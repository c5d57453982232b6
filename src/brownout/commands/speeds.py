"""The option ``--speed``, alike for all commands that have it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from brownout.config import units


def fit(speed: float | None) -> float | None:
    """The speed, if a drill can have it. Raises typer.BadParameter."""
    try:
        return None if speed is None else units.speed(speed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Speed: TypeAlias = Annotated[float | None, typer.Option(help="Incident seconds a drill second.", callback=fit)]
