"""The platform never answers."""

from __future__ import annotations

from brownout import effects
from brownout.effects import ForwardHead, Program
from brownout.faults.base import Fault, Strike
from brownout.model import Seconds


class Hang(Fault):
    """The platform accepts the call and never answers."""

    after_headers: bool = False
    """Send status and headers first: a client whose timeout covers only these then waits for ever."""
    release_after: Seconds | None = None
    """Let the connection go after so long, in real time; without it when the phase or the drill ends."""

    def program(self, strike: Strike) -> Program:
        """Nothing, until the client leaves."""
        hang = effects.Hang(self.release_after)
        return (ForwardHead(), hang) if self.after_headers else (hang,)
