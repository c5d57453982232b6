"""The platform says that it has done what it never did."""

from __future__ import annotations

from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike, answer_with


class WriteLost(Fault):
    """The platform acknowledges a write with a healthy answer, and never does the work."""

    words: str = "Done."
    """What the answer says, where it has words."""

    def applies(self, call: Call) -> bool:
        """Only what is to be done can be left undone: reading is no write."""
        return call.request.method not in ("GET", "HEAD", "OPTIONS")

    def program(self, strike: Strike) -> Program:
        """A healthy answer; the platform is not asked."""
        return answer_with(*strike.platform.say(strike.id, self.words))
