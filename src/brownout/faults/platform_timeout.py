"""The platform gives up waiting for its own model."""

from __future__ import annotations

from typing import Literal

from brownout.config.model import Seconds
from brownout.effects import Program, Wait
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Strike
from brownout.faults.refused import Refused


class PlatformTimeout(Refused):
    """The platform says that it timed out: 408 or 504, whichever is its own."""

    wait: Seconds = 0.0
    """Silence before it, in real time."""
    status: Literal[408, 504] | None = None
    """HTTP status; the platform's own otherwise."""

    def program(self, strike: Strike) -> Program:
        """The provider's timeout error instead of an answer, after a silence."""
        kind = FailureKind.TIMEOUT
        error = self.refusal(strike, kind, Failure(kind, status=self.status))
        return (Wait(self.wait), *error) if self.wait else error
