"""The platform does not let the caller in."""

from __future__ import annotations

from typing import Literal

from brownout.effects import Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Strike
from brownout.faults.refused import Refused

_KINDS = {
    "expired": FailureKind.AUTH_EXPIRED,
    "revoked": FailureKind.AUTH_REVOKED,
    "flagged": FailureKind.ACCOUNT_FLAGGED,
    "region": FailureKind.REGION_BLOCKED,
    "permission": FailureKind.PERMISSION_DENIED,
    "logged_out": FailureKind.AUTH_EXPIRED,
}


class AuthError(Refused):
    """The platform refuses a key that was good before: 401, or 403 for what the key may not do or where it is used."""

    reason: Literal["expired", "revoked", "flagged", "region", "permission", "logged_out"] = "revoked"
    """What is wrong: the key has run out, is unknown, its account was shut, it is used abroad, it may not do this, its
    holder was logged out."""

    def program(self, strike: Strike) -> Program:
        """The provider's refusal of the key instead of an answer."""
        kind = _KINDS[self.reason]
        return self.refusal(strike, kind, Failure(kind, logged_out=self.reason == "logged_out"))
