"""The platform gets a request twice."""

from __future__ import annotations

from brownout.effects import Again, Forward, Program
from brownout.faults.base import Fault, Strike


class RequestDuplicated(Fault):
    """The platform gets the request twice and works twice; the client gets one answer."""

    def program(self, strike: Strike) -> Program:
        """A second delivery, then the platform's answer to the first."""
        return (Again(), Forward())
