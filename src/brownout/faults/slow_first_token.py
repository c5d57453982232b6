"""The platform takes long to begin."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from brownout.config.delay import DelayField, fixed
from brownout.config.model import Seconds
from brownout.effects import Forward, ForwardHead, Program, Wait
from brownout.faults.base import Fault, Strike


class SlowFirstToken(Fault):
    """The answer is whole but begins late."""

    delay: DelayField = fixed(8.0)
    """Extra time to the first event, or to a plain answer, in real time: '8s', or a spread of times."""
    jitter: Seconds = 0.0
    """Up to so much more or less, by call."""
    before: Literal["first_event", "headers"] = "first_event"
    """Where a stream waits: after its headers went out, or before them. A plain answer waits before its headers."""

    @model_validator(mode="after")
    def _one_spread(self) -> Self:
        if self.jitter and self.delay.shape != "fixed":
            raise ValueError("jitter: this delay has a spread of its own; give one of the two")
        return self

    def program(self, strike: Strike) -> Program:
        unit = strike.uniform("delay")
        wait = Wait(max(0.0, self.delay.draw(unit) + (2 * unit - 1) * self.jitter))
        if strike.call.stream and self.before == "first_event":
            return (ForwardHead(), wait, Forward())
        return (wait, Forward())
