"""The conversation no longer fits into the model."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Strike
from brownout.faults.refused import Refused


class ContextTooLong(Refused):
    """The platform refuses a prompt of more tokens than the model takes."""

    window: int | None = Field(default=None, ge=1)
    """Tokens that the model takes, as the text quotes them; the usual number otherwise."""

    def program(self, strike: Strike) -> Program:
        """The provider's error for too long a prompt, instead of an answer."""
        kind = FailureKind.CONTEXT_TOO_LONG
        return self.refusal(strike, kind, Failure(kind, limit=self.window))
