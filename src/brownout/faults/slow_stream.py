"""The platform writes slowly."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from brownout.config.delay import DelayField, fixed
from brownout.config.model import Seconds
from brownout.effects import Forward, Gaps, Program
from brownout.faults.base import Fault, Strike


class SlowStream(Fault):
    """The stream is whole, with a pause before each event."""

    streams_only: ClassVar[bool] = True

    gap: DelayField = fixed(0.5)
    """Pause before each event, in real time: '500ms', or a spread such as {pareto: {least: 50ms, alpha: 1.5}}."""
    jitter: Seconds = 0.0
    """Up to so much more or less, by event."""

    @model_validator(mode="after")
    def _one_spread(self) -> Self:
        if self.jitter and self.gap.shape != "fixed":
            raise ValueError("jitter: this gap has a spread of its own; give one of the two")
        return self

    def program(self, strike: Strike) -> Program:
        if self.gap.shape == "fixed":
            return (Forward(gaps=Gaps(self.gap.first, self.jitter, strike.id)),)
        return (Forward(gaps=Gaps(0.0, 0.0, strike.id, self.gap)),)
