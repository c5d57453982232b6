"""The platform takes offence at the prompt."""

from __future__ import annotations

from brownout.effects import Program
from brownout.exchange import FailureKind
from brownout.faults.base import Strike
from brownout.faults.refused import Refused


class ContentRefused(Refused):
    """The platform refuses the prompt because it breaks a policy; for a refusal at 200 see answer_refused."""

    def program(self, strike: Strike) -> Program:
        """The provider's error for a forbidden prompt, instead of an answer."""
        return self.refusal(strike, FailureKind.CONTENT_REFUSED)
