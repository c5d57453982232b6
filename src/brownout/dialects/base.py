"""What every dialect offers: reading a request, and putting an answer or a failure on the wire as its provider does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from brownout.exchange import Answer, Call, Failure, Reply, Request


class Dialect(Protocol):
    """One service's grammar. Stateless; every method is pure.

    ``stream`` yields whole events as bytes, the provider's own, terminator included; ``stream_head`` is the status and
    headers before them (its body is empty). A service that never streams raises ValueError from these.
    """

    service: str

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises: what cannot be read stays empty."""

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy, plain answer."""

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a healthy, streamed answer."""

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """The events of a healthy, streamed answer, one element each."""

    def failure(self, call: Call, failure: Failure) -> Reply:
        """The provider's own way of failing before anything was sent."""

    def stream_failure(self, call: Call, failure: Failure, sent: int) -> bytes:
        """The provider's own way of failing in a stream, after ``sent`` events of a 200."""
