"""The platform's answer trickles in."""

from __future__ import annotations

from pydantic import Field

from brownout.config.delay import DelayField, fixed
from brownout.effects import Forward, Gaps, Program
from brownout.faults.base import Fault, Strike


class SlowDrip(Fault):
    """The answer is whole, and comes a few bytes at a time."""

    bytes: int = Field(default=16, ge=1)
    """How many at a time."""
    gap: DelayField = fixed(0.2)
    """Pause between two pieces, in real time: '200ms', or a spread such as {uniform: [50ms, 1s]}."""

    def program(self, strike: Strike) -> Program:
        """The platform's answer, in small pieces."""
        return (Forward(gaps=Gaps(0.0, 0.0, strike.id, self.gap), piece=self.bytes),)
