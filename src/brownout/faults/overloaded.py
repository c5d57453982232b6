"""The platform says that it has no room for the call."""

from __future__ import annotations

from brownout.config.model import Seconds
from brownout.effects import Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Strike, answer_with
from brownout.faults.waits import Waits


class Overloaded(Waits):
    """The platform says that it is overloaded, in its own words: 503 from OpenAI, 529 from Anthropic."""

    retry_after: Seconds | None = None
    """Wait named in Retry-After, in incident time; without it there is no such header."""
    message: str | None = None
    """Replaces the platform's text."""

    @property
    def waits(self) -> bool:
        """Whether ``retry_after`` is given: then it names a wait."""
        return self.retry_after is not None

    def program(self, strike: Strike) -> Program:
        """The provider's overload error instead of an answer."""
        wait = self.wait(strike)
        failure = Failure(FailureKind.OVERLOADED, id=strike.id, message=self.message, retry_after=wait)
        return answer_with(strike.platform.failure(failure))
