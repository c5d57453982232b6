"""A stream shows signs of life and says nothing."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from brownout.config.model import Seconds
from brownout.effects import Forward, ForwardHead, Hang, Head, Program
from brownout.exchange import Reply
from brownout.faults.base import Fault, Strike


class KeepalivesOnly(Fault):
    """The stream opens, and nothing but keep-alives comes until it is let go."""

    streams_only: ClassVar[bool] = True

    every: Seconds = 15.0
    """Time between two of them, real time."""
    release_after: Seconds | None = None
    """Let the connection go after so long, in real time; without it when the phase or the drill ends."""
    then: Literal["nothing", "answer"] = "nothing"
    """What follows: nothing, or after ``release_after`` the platform's whole answer."""

    @model_validator(mode="after")
    def _answers_some_time(self) -> Self:
        if self.then == "answer" and self.release_after is None:
            raise ValueError("then: say after which time the answer comes, by release_after: 30s")
        return self

    def program(self, strike: Strike) -> Program:
        """The head of a stream, then keep-alives, and maybe the platform's events after all."""
        head, events = strike.platform.say(strike.id, "OK")
        beat, every = _beat(head, events), max(self.every, 0.01)
        if self.then == "answer" and self.release_after is not None:
            return (ForwardHead(), Hang(self.release_after, beat, every, goes_on=True), Forward())
        return (Head(head.status, head.headers), Hang(self.release_after, beat, every))


def _beat(head: Reply, events: tuple[bytes, ...]) -> bytes:
    """The platform's own ping where its streams have one, else what its framing passes over; b"" where that is nothing.

    A comment is a line that begins with a colon:
    https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
    """
    kind = next((value for name, value in head.headers if name.lower() == "content-type"), "")
    if "event-stream" in kind:
        return next((event for event in events if event.startswith(b"event: ping")), b": keep-alive\n\n")
    return b"\n" if "ndjson" in kind or "json" in kind else b""
