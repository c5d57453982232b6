"""The money, or the month's allowance, is used up."""

from __future__ import annotations

from brownout.effects import Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Strike
from brownout.faults.refused import Refused


class QuotaExhausted(Refused):
    """The platform says that the account has no money or allowance left; unlike a rate limit, no wait helps."""

    code: str | None = None
    """The platform's own code, where it has several for this; the usual one otherwise."""

    def program(self, strike: Strike) -> Program:
        """The provider's quota error instead of an answer."""
        kind = FailureKind.QUOTA_EXHAUSTED
        return self.refusal(strike, kind, Failure(kind, code=self.code))
