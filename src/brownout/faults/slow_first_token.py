"""The platform takes long to begin."""

from __future__ import annotations

from typing import Literal

from brownout.effects import Forward, ForwardHead, Program, Wait
from brownout.faults.base import Fault, Strike
from brownout.model import Seconds


class SlowFirstToken(Fault):
    """The answer is whole but begins late."""

    delay: Seconds = 8.0
    """Extra time to the first event, or to a plain answer, in real time."""
    jitter: Seconds = 0.0
    """Up to so much more or less, by call."""
    before: Literal["first_event", "headers"] = "first_event"
    """Where a stream waits: after its headers went out, or before them. A plain answer waits before its headers."""

    def program(self, strike: Strike) -> Program:
        """The platform's answer, late."""
        wait = Wait(max(0.0, self.delay + (2 * strike.uniform("delay") - 1) * self.jitter))
        if strike.call.stream and self.before == "first_event":
            return (ForwardHead(), wait, Forward())
        return (wait, Forward())
