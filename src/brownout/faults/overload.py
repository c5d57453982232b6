"""The platform worsens with the load it is offered: first it is slow, then it turns calls away."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from brownout.config.model import Fraction, PerSecond, Seconds
from brownout.effects import Forward, Program, Wait
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Pace, Strike, answer_with
from brownout.faults.waits import Waits

_KINDS = {
    "overloaded": FailureKind.OVERLOADED,
    "rate_limit": FailureKind.RATE_LIMIT_REQUESTS,
    "server_error": FailureKind.SERVER_ERROR,
}


class Overload(Waits):
    """The platform has a capacity: the more it is called, the slower it gets, the more it refuses, and the longer."""

    paced_by: ClassVar[Pace] = "load"

    capacity: PerSecond = 40.0
    """Calls a second that it answers well, all callers together; in real, not incident time."""
    queue: Seconds = Field(default=2.0, gt=0)
    """How long calls may wait, in real time; when so much work waits, calls are turned away."""
    worst: Fraction = Field(default=0.3, gt=0)
    """Part of the capacity that is left while it is swamped."""
    recover: Seconds = Field(default=300.0, gt=0)
    """Incident time that it takes from there back to full capacity."""
    shows: Literal["overloaded", "rate_limit", "server_error"] = "overloaded"
    """What a call that is turned away gets."""
    retry_after: Seconds | None = None
    """Wait named in Retry-After, in incident time; without it there is no such header."""

    @property
    def waits(self) -> bool:
        """Whether ``retry_after`` is given: then it names a wait."""
        return self.retry_after is not None and self.shows != "server_error"

    def program(self, strike: Strike) -> Program:
        """A wait in the queue and then the platform's answer; beyond a full queue more and more refusals."""
        refused = max(0.0, 1 - 1 / strike.load) if strike.load > 1 else 0.0
        if strike.uniform("refused") >= refused:
            return (Wait(min(1.0, strike.load) * self.queue), Forward())
        wait = self.wait(strike)
        failure = Failure(_KINDS[self.shows], id=strike.id, retry_after=wait)
        return answer_with(strike.platform.failure(failure))
