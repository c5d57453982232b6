"""A message gets lost on an open WebSocket."""

from __future__ import annotations

from brownout.effects import Drop, Program
from brownout.faults.base import Strike
from brownout.faults.messages import Changing


class WsDrop(Changing):
    """Messages of a WebSocket are lost; the connection stays open."""

    def program(self, strike: Strike) -> Program:
        return (self.messages(Drop(), self.count),)
