"""A stream ends before its last event."""

from __future__ import annotations

from typing import Literal

from brownout.effects import End, Fin, Program
from brownout.faults.base import Positioned, Strike


class StreamCut(Positioned):
    """The stream ends early, without its closing event; most clients take it for the whole answer."""

    end: Literal["clean", "fin"] = "clean"
    """How: as if it were complete, or by closing the connection in the middle of the message."""

    def program(self, strike: Strike) -> Program:
        """The beginning of the platform's stream, then its end."""
        return (self.passed, End() if self.end == "clean" else Fin())
