"""The platform does the work, and its answer is lost on the way."""

from __future__ import annotations

from typing import Literal, assert_never

from brownout.config.model import Seconds
from brownout.effects import Ask, Hang, Program, Rst
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Fault, Strike, answer_with

_KINDS = {"server_error": FailureKind.SERVER_ERROR, "timeout": FailureKind.TIMEOUT}


class AnswerLost(Fault):
    """The platform does the work and bills it, and the client gets a failure instead of the answer."""

    shows: Literal["server_error", "timeout", "reset", "hang"] = "server_error"
    """What the client gets once the work is done: the platform's error, its timeout, a TCP reset, or nothing."""
    release_after: Seconds | None = None
    """For hang: let the connection go after so long, in real time; without it when the phase or the drill ends."""

    def program(self, strike: Strike) -> Program:
        """The whole of the platform's work, then the failure."""
        match self.shows:
            case "server_error" | "timeout":
                failure = Failure(_KINDS[self.shows], id=strike.id)
                return (Ask(), *answer_with(strike.platform.failure(failure)))
            case "reset":
                return (Ask(), Rst())
            case "hang":
                return (Ask(), Hang(self.release_after))
            case _:
                assert_never(self.shows)
