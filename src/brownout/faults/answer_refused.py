"""The model declines to answer."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.faults.making import spoken, talks


class AnswerRefused(Fault):
    """The platform answers 200 with a refusal of the model's, in the field or with the reason that it has for that."""

    words: str = Field(default="I'm sorry, but I can't help with that.", min_length=1)
    """What the model says."""

    def applies(self, call: Call) -> bool:
        """Only a call that is answered in words."""
        return talks(call)

    def program(self, strike: Strike) -> Program:
        """A refusal instead of an answer."""
        return spoken(strike, lambda id: strike.platform.say(id, self.words, finish="refusal"))
