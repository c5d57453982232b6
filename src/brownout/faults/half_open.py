"""A connection that is accepted, and then nothing."""

from __future__ import annotations

from typing import ClassVar

from brownout.config.model import Seconds
from brownout.effects import Hang, Program
from brownout.faults.base import Fault, Strike, Target


class HalfOpen(Fault):
    """The connection is accepted and then nothing comes on it, not even TLS."""

    strikes: ClassVar[frozenset[Target]] = frozenset({"connections"})
    carriers: ClassVar[tuple[str, ...]] = ("intercept",)

    release_after: Seconds | None = None
    """Let the connection go after so long, in real time; without it when the phase or the drill ends."""

    def program(self, strike: Strike) -> Program:
        return (Hang(self.release_after),)
