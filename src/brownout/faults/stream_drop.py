"""An event of a stream is lost."""

from __future__ import annotations

from brownout.effects import Forward, Program
from brownout.faults.base import Strike
from brownout.faults.picking import Picking
from brownout.wire.edits import DropEvents


class StreamDrop(Picking):
    """Events of the stream are lost, and nothing says so."""

    def program(self, strike: Strike) -> Program:
        """The platform's stream, without these events."""
        return (Forward(edit=DropEvents(self.picks(strike))),)
