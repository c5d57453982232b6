"""What every dialect offers: reading a request, and putting an answer or a failure on the wire as its provider does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from brownout.dialects import waits
from brownout.dialects.sent import Sent
from brownout.exchange import Answer, Asked, Call, Failure, Reply, Request, Shows

Pace = Literal["tokens", "once", "instant"]
NOTHING_ASKED = Asked()


class Dialect(Protocol):
    """One service's grammar. Stateless; every method is pure.

    ``stream`` yields whole events as bytes, the provider's own, terminator included; ``stream_head`` is the status and
    headers before them (its body is empty). A service that never streams raises ValueError from these.
    """

    service: str
    pace: Pace
    """How long a healthy answer takes: a token at a time, one computation, or no time to speak of."""

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises: what cannot be read stays empty."""

    def asked(self, call: Call) -> Asked:
        """What the caller insists on in the answer. Read only where an answer is made. Never raises."""

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer in one piece, of a call that does not stream."""

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a healthy, streamed answer."""

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """The events of a healthy, streamed answer, one element each."""

    def failure(self, call: Call, failure: Failure) -> Reply:
        """The provider's own way of failing before anything was sent."""

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """The provider's own way of failing in a stream of a 200 after what was ``sent``, of the same answer."""

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The provider's own closing events where the model stopped early, of the same answer as what was ``sent``.

        ``answer`` has no words: it says why the model stopped, and what it is called where nothing was sent.
        """

    def in_messages(self, call: Call, failure: Failure, shows: Shows, message: bytes) -> tuple[bytes, ...] | None:
        """Over a WebSocket: the messages that say no to this one of the client; None for one that asks for nothing."""

    def wait(self, reply: Reply, now: float) -> float | None:
        """Seconds that an answer asks its client to wait, by headers and by body; None where it names no wait.

        ``reply`` is one that failed, or a 200 with an error in its stream: then its body is the end of that, from the
        error on. ``now`` is in Unix seconds. Never raises.
        """

    def annotation(self, call: Call, sent: Sent) -> bytes:
        """What the provider says about an answer of which this was sent, as an event of its own."""

    def farewell(self, call: Call, failure: Failure) -> tuple[bytes, ...]:
        """Over a WebSocket: what comes unasked before a session ends that has lasted as long as it may."""


class PlainDialect:
    """Base of the dialects: nothing to insist on, no stream, no WebSocket. A service overrides what it has."""

    service: str = ""
    pace: Pace = "instant"

    def asked(self, call: Call) -> Asked:
        """Nothing: most services have no way to insist."""
        return NOTHING_ASKED

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Raises ValueError: this service never streams."""
        raise ValueError(f"{self.service} never streams")

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Raises ValueError: this service never streams."""
        raise ValueError(f"{self.service} never streams")

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """Raises ValueError: this service never streams."""
        raise ValueError(f"{self.service} never streams")

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """Raises ValueError: this service never streams."""
        raise ValueError(f"{self.service} never streams")

    def in_messages(self, call: Call, failure: Failure, shows: Shows, message: bytes) -> tuple[bytes, ...] | None:
        """None: most services are not spoken to over a WebSocket."""
        return None

    def wait(self, reply: Reply, now: float) -> float | None:
        """What its headers say: most services name a wait nowhere else."""
        return waits.in_headers(reply, now)

    def annotation(self, call: Call, sent: Sent) -> bytes:
        """Nothing: most platforms say nothing about an answer besides it."""
        return b""

    def farewell(self, call: Call, failure: Failure) -> tuple[bytes, ...]:
        """Nothing: most services are not spoken to over a WebSocket."""
        return ()
