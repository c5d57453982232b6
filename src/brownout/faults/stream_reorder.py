"""Events of a stream arrive in another order."""

from __future__ import annotations

from brownout.effects import Forward, Program
from brownout.faults.base import Strike
from brownout.faults.picking import Picking
from brownout.wire.edits import Reorder


class StreamReorder(Picking):
    """Events of the stream change places with the ones that follow them."""

    def program(self, strike: Strike) -> Program:
        """The platform's stream, with these events one place later."""
        return (Forward(edit=Reorder(self.picks(strike))),)
