"""The platform shows a conversation out of order."""

from __future__ import annotations

from brownout.effects import Forward, Program
from brownout.exchange import Call
from brownout.faults import keeping
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_history import Order, Shuffle


class HistoryReordered(Fault):
    """Lists of a conversation come in another order than it was held in."""

    order: Order = "shuffled"
    """Which: one by hash, always the same; or the opposite of what was asked for."""

    def applies(self, call: Call) -> bool:
        """Only lists of what was said."""
        return keeping.lists(call)

    def program(self, strike: Strike) -> Program:
        """The platform's list in another order."""
        return (Forward(edit=Shuffle(strike.salt, self.order)),)
