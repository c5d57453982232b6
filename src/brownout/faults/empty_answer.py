"""The platform answers well, and says nothing."""

from __future__ import annotations

from brownout.effects import Program
from brownout.faults.base import Fault, Strike, answer_with


class EmptyAnswer(Fault):
    """The platform answers 200 with a valid body, or a valid stream, and no content in it."""

    def program(self, strike: Strike) -> Program:
        return answer_with(*strike.platform.say(strike.id))
