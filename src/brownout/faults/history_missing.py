"""The platform has lost a conversation that it keeps for the application."""

from __future__ import annotations

from typing import ClassVar, Literal

from brownout.effects import Program
from brownout.exchange import Call, Failure, FailureKind
from brownout.faults.base import Fault, Strike, answer_with
from brownout.seen import named


class HistoryMissing(Fault):
    """The platform does not find the conversation, or the previous response, that the call refers to."""

    services: ClassVar[str] = "*.[cr][oe][ns][vp]*s"  # conversations and responses: what keeps history on a platform

    shows: Literal["not_found", "empty"] = "not_found"
    """What reading a history gives: the platform's not-found error, or a list with nothing in it."""

    def applies(self, call: Call) -> bool:
        """Only a call that refers to something kept earlier can miss it."""
        return named(call) is not None

    def program(self, strike: Strike) -> Program:
        """The provider's not-found error, or an empty list."""
        if self.shows == "empty" and strike.call.request.method == "GET":
            return answer_with(strike.platform.say(strike.id)[0])
        return answer_with(strike.platform.failure(Failure(FailureKind.HISTORY_MISSING, id=strike.id)))
