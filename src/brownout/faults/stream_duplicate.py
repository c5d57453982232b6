"""An event of a stream arrives twice."""

from __future__ import annotations

from brownout.effects import Forward, Program
from brownout.faults.base import Strike
from brownout.faults.picking import Picking
from brownout.wire.edits import Duplicate


class StreamDuplicate(Picking):
    """Events of the stream arrive twice, one right after the other."""

    def program(self, strike: Strike) -> Program:
        """The platform's stream, with these events doubled."""
        return (Forward(edit=Duplicate(self.picks(strike))),)
