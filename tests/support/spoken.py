"""A platform on a loopback socket that says what a dialect says, and ends its answers as it is told."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from brownout.dialects import dialect_for
from brownout.exchange import Answer, Call, Failure, Headers, Reply, Request
from brownout.services import BUILT_IN
from support.upstreams import Handler, Received, chunk

ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there", "!"), 8)
Ending = Literal["clean", "fin", "rst", "silence"]


@dataclass(frozen=True)
class Spoken:
    """One answer; ``ending`` is what comes after its parts: the last chunk, a FIN or RST without one, or nothing."""

    status: int
    headers: Headers
    parts: tuple[bytes, ...] = ()
    ending: Ending = "clean"


Speaker = Callable[[Call], Spoken]


def whole(reply: Reply) -> Spoken:
    """A reply."""
    return Spoken(reply.status, reply.headers, (reply.body,))


def healthy(call: Call, answer: Answer = ANSWER) -> Spoken:
    """What the dialect says to a call, plain or streamed."""
    dialect = dialect_for(call.service)
    if not call.stream:
        return whole(dialect.answer(call, answer))
    head = dialect.stream_head(call, answer)
    return Spoken(head.status, head.headers, tuple(dialect.stream(call, answer)))


def failing(failure: Failure) -> Speaker:
    """The dialect's own way of failing."""
    return lambda call: whole(dialect_for(call.service).failure(call, failure))


def failing_after(sent: int, failure: Failure) -> Speaker:
    """The dialect's own way of failing in a stream."""

    def speak(call: Call) -> Spoken:
        begun = healthy(call)
        error = dialect_for(call.service).stream_failure(call, failure, begun.parts[:sent])
        return replace(begun, parts=(*begun.parts[:sent], error))

    return speak


def cut_after(sent: int, ending: Ending, more: Iterable[bytes] = ()) -> Speaker:
    """A healthy stream that ends too early."""

    def speak(call: Call) -> Spoken:
        begun = healthy(call)
        return replace(begun, parts=(*begun.parts[:sent], *more), ending=ending)

    return speak


def request_of(received: Received, host: str) -> Request:
    """The request in brownout's own terms."""
    first, *lines = received.head.split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Request(method, host, path, query, headers, received.body)


class Platform:
    """Handler of a loopback server; ``calls`` are those it was asked."""

    def __init__(self, provider: str, host: str, speaker: Speaker = healthy) -> None:
        self.provider, self.host, self.speaker = provider, host, speaker
        self.calls: list[Call] = []

    @property
    def handler(self) -> Handler:
        """For ``raw_upstream``."""
        return self._handle

    def _handle(self, connection: socket.socket, received: Received) -> None:
        request = request_of(received, self.host)
        call = dialect_for(BUILT_IN.service_of(self.provider, request.method, request.path)).read(request)
        self.calls.append(call)
        spoken = self.speaker(call)
        lines = [f"HTTP/1.1 {spoken.status} Said", "transfer-encoding: chunked"]
        lines += [f"{name}: {value}" for name, value in spoken.headers]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        for part in filter(None, spoken.parts):
            connection.sendall(chunk(part))
        _end(connection, spoken.ending)


def _end(connection: socket.socket, ending: Ending) -> None:
    if ending == "clean":
        connection.sendall(b"0\r\n\r\n")
        return
    if ending == "silence":
        connection.settimeout(30)
        with suppress(OSError):
            connection.recv(1)
    elif ending == "rst":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
