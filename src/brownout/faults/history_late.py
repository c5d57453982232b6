"""What was written to a conversation shows up late."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from brownout.config.model import Seconds
from brownout.effects import Forward, Program
from brownout.exchange import Call
from brownout.faults import keeping
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_history import HoldBack


class HistoryLate(Fault):
    """What was just written is not in the lists yet, nor what came after it; some reads or seconds later it is."""

    remembers: ClassVar[bool] = True

    reads: int = Field(default=2, ge=1)
    """So many lists miss what was written."""
    delay: Seconds | None = None
    """Instead: lists miss it for so long after it was written, real time."""

    def applies(self, call: Call) -> bool:
        """Only lists of what was said."""
        return keeping.lists(call)

    def program(self, strike: Strike) -> Program:
        """The platform's list, up to what was written lately."""
        return (Forward(edit=HoldBack(strike.seen, keeping.newest_first(strike.call), self.reads, self.delay)),)
