"""A stream ends before its last event."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Self

from pydantic import model_validator

from brownout.effects import End, Fin, Inside, Program
from brownout.faults.base import Positioned, Strike


class StreamCut(Positioned):
    """The stream ends early, without its closing event; most clients take it for the whole answer."""

    end: Literal["clean", "fin"] = "clean"
    """How: as if it were complete, or by closing the connection in the middle of the message."""
    inside: Inside | None = None
    """Cut the next event too: in its middle, or in the middle of a character's UTF-8 bytes."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.inside is not None and self.after.bytes is not None:
            raise ValueError("inside: a count of bytes cuts where it falls; give '8 events', or no inside")
        return self

    def program(self, strike: Strike) -> Program:
        """The beginning of the platform's stream, then its end."""
        passed = replace(self.passed, inside=self.inside)
        return (passed, End() if self.end == "clean" else Fin())
