"""The connection breaks before the platform answers."""

from __future__ import annotations

from brownout.effects import Program, Rst
from brownout.faults.base import Fault, Strike


class ConnectionReset(Fault):
    """The connection is reset (TCP RST) before the first byte of an answer."""

    def program(self, strike: Strike) -> Program:
        """A reset instead of an answer."""
        return (Rst(),)
