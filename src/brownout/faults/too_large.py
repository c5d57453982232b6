"""The body is more than the platform takes."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Strike
from brownout.faults.refused import Refused


class TooLarge(Refused):
    """The platform answers 413: the request's body has more bytes than it takes."""

    largest: int | None = Field(default=None, ge=1)
    """Bytes that the platform takes, as the text quotes them; the usual number otherwise."""

    def program(self, strike: Strike) -> Program:
        """The provider's error for too large a body, instead of an answer."""
        kind = FailureKind.TOO_LARGE
        return self.refusal(strike, kind, Failure(kind, limit=self.largest))
