"""The model was to answer in JSON, and almost does."""

from __future__ import annotations

from typing import Literal

from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.faults.making import CUT_JSON, spoken, talks

_WHOLE = '{"answer": "Your parcel is on its way", "confidence": 0.93}'
_TEXTS = {
    "cut": CUT_JSON,
    "fenced": f"```json\n{_WHOLE}\n```",
    "prose": f"Sure! Here is the JSON you asked for:\n\n{_WHOLE}\n\nLet me know if you need anything else.",
    "trailing_comma": _WHOLE.replace("}", ",}"),
}


class BrokenJson(Fault):
    """The platform answers 200 with JSON that no parser takes, as text or as the arguments of the tool asked for."""

    how: Literal["cut", "fenced", "prose", "trailing_comma"] = "cut"
    """What is wrong with it: it ends in the middle, is wrapped in a code fence or in prose, or has a comma too many."""

    def applies(self, call: Call) -> bool:
        """Only a call that is answered in words; whether it wants them as JSON, the rule must know."""
        return talks(call)

    def program(self, strike: Strike) -> Program:
        """The broken JSON, where the caller expects a whole one."""
        tool = strike.platform.asked().tool
        if tool is None:
            return spoken(strike, lambda id: strike.platform.say(id, _TEXTS[self.how]))
        name = tool.name
        return spoken(strike, lambda id: strike.platform.say(id, _TEXTS[self.how], finish="tool_calls", tool=name))
