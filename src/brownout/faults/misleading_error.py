"""An outage that looks like the caller's own fault."""

from __future__ import annotations

from typing import Literal

from brownout.effects import Program
from brownout.exchange import FailureKind
from brownout.faults.base import Strike
from brownout.faults.refused import Refused

_KINDS = {
    "quota": FailureKind.QUOTA_EXHAUSTED,
    "forbidden": FailureKind.PERMISSION_DENIED,
    "not_found": FailureKind.NOT_FOUND,
}


class MisleadingError(Refused):
    """The platform is down, but its answer blames the caller: an empty account, a missing permission, a wrong name."""

    looks_like: Literal["quota", "forbidden", "not_found"] = "quota"
    """What it is dressed up as."""

    def program(self, strike: Strike) -> Program:
        """The provider's error for a fault of the caller's, instead of an answer."""
        return self.refusal(strike, _KINDS[self.looks_like])
