"""Faults that name a wait: it shrinks with the speed of a drill, or is kept real."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from brownout.faults.base import Fault, Strike


class Waits(Fault):
    """A fault that says, or makes, how long somebody waits, in incident time."""

    real: bool = False
    """Keep the wait as it is written, in real time; else it shrinks with the speed of the drill."""

    @model_validator(mode="after")
    def _has_a_wait(self) -> Self:
        if self.real and "retry_after" in type(self).model_fields and self.named_wait is None:
            raise ValueError("real: there is no wait to keep real; say how long, as in retry_after: 20s")
        return self

    @property
    def named_wait(self) -> tuple[float, bool] | None:
        """``retry_after``, where the fault has it."""
        seconds: float | None = getattr(self, "retry_after", None)
        return None if seconds is None else (seconds, self.real)

    def lasts(self, seconds: float, strike: Strike) -> float:
        """So much of the fault's time, in real seconds."""
        return seconds if self.real else seconds / strike.speed

    def wait(self, strike: Strike) -> float | None:
        """The wait that it asks a client for, in real seconds; None for none."""
        return None if self.named_wait is None else self.lasts(self.named_wait[0], strike)
