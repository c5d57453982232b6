"""A message of a WebSocket comes twice."""

from __future__ import annotations

from brownout.effects import Program, Twice
from brownout.faults.base import Strike
from brownout.faults.messages import Changing


class WsDuplicate(Changing):
    """Messages of a WebSocket come twice, one right after the other and the same byte for byte."""

    def program(self, strike: Strike) -> Program:
        """The platform's messages, some of them twice."""
        return (self.messages(Twice(), self.count),)
