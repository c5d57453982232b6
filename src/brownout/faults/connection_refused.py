"""Nobody takes the connection."""

from __future__ import annotations

from typing import ClassVar

from brownout.effects import Program, Rst
from brownout.faults.base import Fault, Strike, Target


class ConnectionRefused(Fault):
    """The connection is refused: no request can be sent."""

    strikes: ClassVar[frozenset[Target]] = frozenset({"connections"})
    carriers: ClassVar[tuple[str, ...]] = ("intercept",)

    def program(self, strike: Strike) -> Program:
        """A reset at the client's first word; the SDKs raise the same as where no port is open."""
        return (Rst(),)
