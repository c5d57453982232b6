"""The platform has lost a conversation that it keeps for the application."""

from __future__ import annotations

from typing import ClassVar, Literal

from brownout.calls.histories import named
from brownout.effects import Program
from brownout.exchange import Call, Failure, FailureKind
from brownout.faults import keeping
from brownout.faults.base import Fault, Strike, answer_with


class HistoryMissing(Fault):
    """The platform does not find the conversation, thread, response or stored completion that the call refers to."""

    services: ClassVar[str] = "*.assistants|*.chat|*.conversations|*.responses"

    shows: Literal["not_found", "empty"] = "not_found"
    """What reading a history gives: the platform's not-found error, or a list with nothing in it."""

    def applies(self, call: Call) -> bool:
        """Only a call that refers to something kept earlier can miss it; an empty list can be any that is read."""
        return named(call) is not None or (self.shows == "empty" and keeping.lists(call))

    def program(self, strike: Strike) -> Program:
        """The provider's not-found error, or an empty list."""
        if self.shows == "empty" and keeping.lists(strike.call):
            return answer_with(strike.platform.say(strike.id)[0])
        return answer_with(strike.platform.failure(Failure(FailureKind.HISTORY_MISSING, id=strike.id)))
