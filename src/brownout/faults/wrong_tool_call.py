"""The model calls a tool, but not as it was told to."""

from __future__ import annotations

from typing import Literal

from brownout.calls.tools import offered
from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.faults.making import CUT_JSON, spoken, talks

_INVENTED = "fetch_customer_record"
_ARGUMENTS = {
    "invalid_json": CUT_JSON,
    "wrong_arguments": '{"unexpected": "yes", "depth": [1, 2, 3]}',
    "invented_tool": '{"id": 12}',
}


class WrongToolCall(Fault):
    """The platform answers 200 with a tool call that cannot be carried out."""

    wrong: Literal["invalid_json", "wrong_arguments", "invented_tool"] = "wrong_arguments"
    """What is wrong: the arguments are no JSON, they are others than were declared, or no such tool was offered."""

    def applies(self, call: Call) -> bool:
        """Only a call that is answered in words and offers tools."""
        return talks(call) and bool(offered(call))

    def _tool(self, strike: Strike) -> str:
        names = offered(strike.call)
        if self.wrong == "invented_tool":
            return next(name for name in (_INVENTED, f"{_INVENTED}_2", f"{_INVENTED}_{strike.id}") if name not in names)
        forced = strike.platform.asked().tool
        return forced.name if forced else next(iter(names), _INVENTED)

    def program(self, strike: Strike) -> Program:
        """The unusable tool call instead of an answer."""
        arguments, tool = _ARGUMENTS[self.wrong], self._tool(strike)
        return spoken(strike, lambda id: strike.platform.say(id, arguments, finish="tool_calls", tool=tool))
