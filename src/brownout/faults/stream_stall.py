"""A stream falls silent without ending."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from brownout.config.model import Seconds
from brownout.effects import Forward, Hang, Program, Wait
from brownout.faults.base import Positioned, Strike


class StreamStall(Positioned):
    """The stream falls silent while the connection stays open."""

    resume_after: Seconds | None = None
    """Go on after so long, in real time, to the end of the answer."""
    release_after: Seconds | None = None
    """Let the connection go after so long, in real time; without it when the phase or the drill ends."""

    @model_validator(mode="after")
    def _one_ending(self) -> Self:
        if self.resume_after is not None and self.release_after is not None:
            raise ValueError("release_after: a stream goes on (resume_after) or is let go (release_after), not both")
        return self

    def program(self, strike: Strike) -> Program:
        """The beginning of the platform's stream, then nothing for a while or for ever."""
        if self.resume_after is not None:
            return (self.passed, Wait(self.resume_after), Forward())
        return (self.passed, Hang(self.release_after))
