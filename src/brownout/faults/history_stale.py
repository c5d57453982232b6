"""The platform shows an old version of a conversation."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Forward, Program
from brownout.exchange import Call
from brownout.faults import keeping
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_history import LoseEnd


class HistoryStale(Fault):
    """Lists come from a copy that is behind: the newest items are not in it."""

    behind: int = Field(default=2, ge=1)
    """How many items the copy is behind."""

    def applies(self, call: Call) -> bool:
        """Only lists of what was said."""
        return keeping.lists(call)

    def program(self, strike: Strike) -> Program:
        """The platform's list, without its newest items."""
        call = strike.call
        edit = LoseEnd(self.behind, "newest", keeping.newest_first(call), keeping.opening(call))
        return (Forward(edit=edit),)
