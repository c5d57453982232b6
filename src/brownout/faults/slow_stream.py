"""The platform writes slowly."""

from __future__ import annotations

from typing import ClassVar

from brownout.effects import Forward, Gaps, Program
from brownout.faults.base import Fault, Strike
from brownout.model import Seconds


class SlowStream(Fault):
    """The stream is whole, with a pause before each event."""

    streams_only: ClassVar[bool] = True

    gap: Seconds = 0.5
    """Mean pause before each event, in real time."""
    jitter: Seconds = 0.0
    """Up to so much more or less, by event."""

    def program(self, strike: Strike) -> Program:
        """The platform's stream, paced."""
        return (Forward(gaps=Gaps(self.gap, self.jitter, strike.id)),)
