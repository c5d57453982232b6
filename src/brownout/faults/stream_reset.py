"""The connection breaks in the middle of a stream."""

from __future__ import annotations

from brownout.effects import Program, Rst
from brownout.faults.base import Positioned, Strike


class StreamReset(Positioned):
    """The connection is reset (TCP RST) in the middle of the stream."""

    def program(self, strike: Strike) -> Program:
        """The beginning of the platform's stream, then a reset."""
        return (self.passed, Rst())
