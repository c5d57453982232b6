"""When a drill is to end at once: the bounds that a profile sets for the harm that may be done. Pure."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from brownout.config.model import Fraction, Frozen, Seconds

OVER = 10.0
"""Seconds over which the share of errors is taken where ``over`` is missing."""


class Abort(Frozen):
    """A drill that passes one of these bounds ends at once: faults off, held calls let go, and a report that says why.

    They are bounds for safety and count whatever was expected, in every phase.
    """

    errors: Fraction | None = Field(default=None, lt=1)
    """More than this share of the application's answers are errors, over ``over``."""
    over: Seconds | None = Field(default=None, gt=0)
    """Real seconds over which ``errors`` is taken; 10s where it is missing."""
    steady_state: Fraction | None = Field(default=None, gt=0)
    """Before the first fault, fewer questions than this share were answered whole: there is no point in going on."""
    budget: bool = False
    """The budget of calls to the real platform is spent."""

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if self.errors is None and self.steady_state is None and not self.budget:
            raise ValueError("abort needs one of errors, steady_state, budget: when the drill is to end at once")
        if self.over is not None and self.errors is None:
            raise ValueError("abort.over is the time over which errors is taken; add errors: 50%, or drop it")
        return self

    @property
    def window(self) -> float:
        """Seconds over which the share of errors is taken."""
        return OVER if self.over is None else self.over
