"""The platform shows parts of a conversation twice."""

from __future__ import annotations

from typing import Literal

from brownout.config.model import Fraction
from brownout.effects import Forward, Program
from brownout.exchange import Call
from brownout.faults import keeping
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_history import Repeat


class HistoryDuplicated(Fault):
    """Lists of a conversation hold items twice."""

    each: Fraction = 0.5
    """The probability that an item is there twice; it is always the same ones."""
    ids: Literal["same", "new"] = "new"
    """Of the second one: an id of its own, as of a write that was done twice, or the same."""

    def applies(self, call: Call) -> bool:
        """Only lists of what was said."""
        return keeping.lists(call)

    def program(self, strike: Strike) -> Program:
        """The platform's list, with items twice."""
        return (Forward(edit=Repeat(strike.salt, self.each, self.ids == "new")),)
