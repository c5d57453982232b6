"""Another model answers than was asked."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.faults.making import spoken

# Their answers do not say which model gave them.
_NAMELESS = ("bedrock.converse", "cohere.chat")
_WORDS = "Hello! I am happy to help. What would you like to know?"


class ModelSwapped(Fault):
    """The platform answers 200, and names another model than the one it was asked for."""

    model: str = Field(default="fallback-small-1", min_length=1)
    """The model that answers."""

    def applies(self, call: Call) -> bool:
        """Only a call that asks for a model, and is told which one answers."""
        return call.request.method == "POST" and call.model is not None and call.service not in _NAMELESS

    def program(self, strike: Strike) -> Program:
        """A short answer by another model, in the form that the caller insists on."""
        asked = strike.platform.asked()
        if asked.tool:
            tool, model = asked.tool.name, self.model
            return spoken(strike, lambda id: strike.platform.say(id, "{}", finish="tool_calls", tool=tool, model=model))
        words = _WORDS if asked.schema is None else "{}"
        return spoken(strike, lambda id: strike.platform.say(id, words, model=self.model))
