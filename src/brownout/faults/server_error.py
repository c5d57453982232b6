"""The platform answers with its own internal-server-error."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Fault, Strike, answer_with


class ServerError(Fault):
    """The platform answers with an internal error in its own words."""

    status: int = Field(default=500, ge=500, le=599)
    """HTTP status."""
    message: str | None = None
    """Replaces the platform's text."""

    def program(self, strike: Strike) -> Program:
        """The provider's error instead of an answer."""
        failure = Failure(FailureKind.SERVER_ERROR, id=strike.id, status=self.status, message=self.message)
        return answer_with(strike.platform.failure(failure))
