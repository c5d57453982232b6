"""An event of a stream arrives damaged."""

from __future__ import annotations

from brownout.effects import Forward, Program
from brownout.faults.base import Strike
from brownout.faults.picking import Picking
from brownout.wire.edits import Corrupt, Corruption


class StreamCorrupt(Picking):
    """Events of the stream arrive damaged, within a framing that is whole."""

    kind: Corruption = "json"
    """How: JSON that does not parse, a few bytes that are others, or bytes that are no UTF-8."""

    def program(self, strike: Strike) -> Program:
        """The platform's stream, with these events damaged."""
        return (Forward(edit=Corrupt(self.picks(strike), self.kind)),)
