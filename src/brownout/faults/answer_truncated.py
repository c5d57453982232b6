"""The model stops in the middle of a sentence."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.faults.making import CUT_JSON, spoken, talks

_TEXT = (
    "Thank you for the question. There are three things to look at here, and the order in which you look at them "
    "matters more than it seems. The first is what you have already tried, the second what changed since it last "
    "worked, and the third, which most people forget, is"
)
_COUNT = len(_TEXT.split())


class AnswerTruncated(Fault):
    """The platform answers 200 with a few words, and says that the answer ran into the limit of its length."""

    words: int = Field(default=12, ge=1, le=_COUNT)
    """How many words there are; where the caller insists on JSON or on a tool, half a JSON object instead."""

    def applies(self, call: Call) -> bool:
        """Only a call that is answered in words."""
        return talks(call)

    def program(self, strike: Strike) -> Program:
        """The beginning of an answer, with the provider's word for having run out."""
        asked = strike.platform.asked()
        words = CUT_JSON if asked.tool or asked.schema is not None else " ".join(_TEXT.split()[: self.words])
        tool = asked.tool.name if asked.tool else None
        return spoken(strike, lambda id: strike.platform.say(id, words, finish="length", tool=tool))
