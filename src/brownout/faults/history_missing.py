"""The platform has lost a conversation that it keeps for the application."""

from __future__ import annotations

from typing import ClassVar, Literal

from brownout.effects import Program
from brownout.exchange import Call, Failure, FailureKind
from brownout.faults import keeping
from brownout.faults.base import Fault, Strike, answer_with

_LOOKED_UP = ("conversations", "responses")
"""Parts of a platform whose calls name in their body what they continue."""


class HistoryMissing(Fault):
    """The platform does not find the conversation, thread, response or stored completion that the call refers to."""

    services: ClassVar[str] = "*.assistants|*.chat|*.conversations|*.responses"

    shows: Literal["not_found", "empty"] = "not_found"
    """What reading a history gives: the platform's not-found error, or a list with nothing in it."""

    def applies(self, call: Call) -> bool:
        """Only a call that refers to something kept earlier can miss it; an empty list can be any that is read."""
        if keeping.completion(call) or (self.shows == "empty" and keeping.lists(call)):
            return True
        named = call.conversation
        if not named:
            return False
        # A conversation that only the client keeps is known by a digest, or by a name that nobody looks up.
        looked_up = call.part in _LOOKED_UP and named.encode("utf-8", "surrogatepass") in call.request.body
        return looked_up or named in call.request.path.split("/")

    def program(self, strike: Strike) -> Program:
        """The provider's not-found error, or an empty list."""
        if self.shows == "empty" and keeping.lists(strike.call):
            return answer_with(strike.platform.say(strike.id)[0])
        return answer_with(strike.platform.failure(Failure(FailureKind.HISTORY_MISSING, id=strike.id)))
