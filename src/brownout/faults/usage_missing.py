"""The platform does not say how many tokens an answer took."""

from __future__ import annotations

from brownout.effects import Forward, Program
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_json import Missing, WithoutUsage


class UsageMissing(Fault):
    """The answer is whole, but its token counts are missing."""

    missing: Missing = "absent"
    """How: the keys are not there, or null."""

    def program(self, strike: Strike) -> Program:
        """The platform's answer, without its usage."""
        return (Forward(edit=WithoutUsage(self.missing)),)
