"""The platform answers with its own internal-server-error."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Fault, Strike, answer_with


class ServerError(Fault):
    """An internal error, in the provider's own words: 500 unless ``status`` says otherwise."""

    status: int = Field(default=500, ge=500, le=599)
    message: str | None = None

    def program(self, strike: Strike) -> Program:
        """The provider's error instead of an answer."""
        failure = Failure(FailureKind.SERVER_ERROR, id=strike.id, status=self.status, message=self.message)
        return answer_with(strike.platform.failure(failure))
