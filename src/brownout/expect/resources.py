"""What is expected of the application's own processes after an outage. Pure."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from brownout.config.model import Fraction, Seconds
from brownout.expect.base import Expect


class Resources(Expect):
    """Memory, threads, files and sockets of the application are back at what they were, and nobody made others wait."""

    check: Literal["resources"]
    within: Seconds = 10.0
    """So long after the faults have ended they are looked at again."""
    memory: Fraction = 0.2
    """Growth of memory that is allowed, of what it was before, and 20 MB beside."""
    threads: int = Field(default=40, ge=0)
    files: int = Field(default=20, ge=0)
    sockets: int = Field(default=20, ge=0)
    """So many more than before are allowed, of all and of those in CLOSE_WAIT."""
    cpu_at_rest: Fraction | None = None
    """The share of one processor that it may take when its last user has left; not judged where it is missing."""
    stall: Seconds = 1.0
    """So much longer than on a healthy platform a step may take of a journey that asks nothing."""

    @model_validator(mode="after")
    def _of_the_whole(self) -> Self:
        if self.journey is not None or self.during:
            raise ValueError(
                "resources compares what the whole application holds before and after the faults: drop journey and "
                "during"
            )
        return self
