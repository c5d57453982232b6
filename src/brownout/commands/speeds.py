"""The option ``--speed``, alike for all commands that have it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

SLOWEST, FASTEST = 0.001, 1_000_000.0


def fit(speed: float | None) -> float | None:
    """The speed, if a drill can have it. Raises typer.BadParameter."""
    if speed is not None and not SLOWEST <= speed <= FASTEST:  # not a number is in no order, and typer lets it pass
        raise typer.BadParameter(f"{speed:g} is out of range; allowed: {SLOWEST:g} to {FASTEST:,.0f}")
    return speed


Speed: TypeAlias = Annotated[float | None, typer.Option(help="Incident seconds a drill second.", callback=fit)]
