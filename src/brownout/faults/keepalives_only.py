"""A stream shows signs of life and says nothing."""

from __future__ import annotations

from typing import ClassVar

from brownout.config.model import Seconds
from brownout.effects import Hang, Head, Program
from brownout.exchange import Reply
from brownout.faults.base import Fault, Strike


class KeepalivesOnly(Fault):
    """The stream opens, and nothing but keep-alives comes until it is let go."""

    streams_only: ClassVar[bool] = True

    every: Seconds = 15.0
    """Time between two of them, real time."""
    release_after: Seconds | None = None
    """Let the connection go after so long, in real time; without it when the phase or the drill ends."""

    def program(self, strike: Strike) -> Program:
        """The head of a stream, then keep-alives."""
        head, events = strike.platform.say(strike.id, "OK")
        return (Head(head.status, head.headers), Hang(self.release_after, _beat(head, events), max(self.every, 0.01)))


def _beat(head: Reply, events: tuple[bytes, ...]) -> bytes:
    """The platform's own ping where its streams have one, else what its framing passes over; b"" where that is nothing.

    A comment is a line that begins with a colon:
    https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
    """
    kind = next((value for name, value in head.headers if name.lower() == "content-type"), "")
    if "event-stream" in kind:
        return next((event for event in events if event.startswith(b"event: ping")), b": keep-alive\n\n")
    return b"\n" if "ndjson" in kind or "json" in kind else b""
