"""What was written on a channel that has ended, and was not moved away in time, is gone for good."""

from __future__ import annotations

from typing import ClassVar

from brownout.calls.histories import Histories, named
from brownout.effects import Program
from brownout.exchange import Call, Failure, FailureKind
from brownout.faults.base import Fault, Pace, Strike, answer_with


class HistoryGone(Fault):
    """After the channel's deadline, what was kept before it and is linked to no account is not found any more."""

    paced_by: ClassVar[Pace] = "deadline"
    services: ClassVar[str] = "*.activities|*.assistants|*.chat|*.conversations|*.responses"

    spares: str | None = "account"
    """The key in a history's metadata that says that it was moved in time; null: nothing can be moved."""

    def applies(self, call: Call) -> bool:
        """Only a call that refers to something kept earlier can miss it."""
        return named(call) is not None

    def lost(self, call: Call, histories: Histories, deadline: float) -> bool:
        """Whether the call is about a history from before, that was not moved by then."""
        return histories.lost(call, deadline, self.spares)

    def program(self, strike: Strike) -> Program:
        return answer_with(strike.platform.failure(Failure(FailureKind.HISTORY_MISSING, id=strike.id)))
