"""One request over HTTP/1.1 or HTTP/2, and everything that the client's socket saw of the answer."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events
from fidelity.pipes import Pipe

_CHUNKED = re.compile(rb"\r\ntransfer-encoding:\s*chunked\r\n", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)\r\n", re.IGNORECASE)


@dataclass
class Seen:
    """What came. ``end``: complete, FIN, RST, silence, RST_STREAM(code), GOAWAY(code).

    ``first`` and ``gap`` are seconds to the first byte of the head, and the longest pause after it.
    """

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    end: str = "silence"
    first: float = 0.0
    gap: float = 0.0


@dataclass(frozen=True)
class Ask:
    """A request, as bytes on either protocol need it."""

    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes


class _Clock:
    def __init__(self, seen: Seen) -> None:
        self._loop = asyncio.get_running_loop()
        self._last = self._begun = self._loop.time()
        self._seen = seen
        self._any = False

    def tick(self) -> None:
        now = self._loop.time()
        if self._any:
            self._seen.gap = max(self._seen.gap, now - self._last)
        else:
            self._seen.first, self._any = now - self._begun, True
        self._last = now


async def over_http1(pipe: Pipe, ask: Ask, patience: float) -> Seen:
    """To the end of the message, of the connection, or until nothing came for ``patience`` seconds."""
    headers = {"host": ask.host, **ask.headers, "content-length": str(len(ask.body))}
    head = f"{ask.method} {ask.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    seen, raw = Seen(), b""
    clock = _Clock(seen)
    await pipe.send(head.encode() + b"\r\n" + ask.body)
    while True:
        try:
            data = await asyncio.wait_for(pipe.recv(), patience)
        except TimeoutError:
            break
        except ConnectionError:
            seen.end = "RST"
            break
        if not data:
            seen.end = "FIN"
            break
        clock.tick()
        raw += data
        if _parse(raw, seen):
            seen.end = "complete"
            break
    if seen.end != "complete":
        _parse(raw, seen)
    return seen


def _parse(raw: bytes, seen: Seen) -> bool:
    """Fill in what has come so far; whether the message is whole."""
    head, found, rest = raw.partition(b"\r\n\r\n")
    if not found:
        return False
    line, _, fields = head.decode("latin-1").partition("\r\n")
    seen.status = int(line.split(" ", 2)[1])
    seen.headers = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields.split("\r\n"))}
    if seen.status in (204, 304):
        return True
    if _CHUNKED.search(head + b"\r\n"):
        seen.body, whole = _unchunked(rest)
        return whole
    seen.body = rest
    length = _LENGTH.search(head + b"\r\n")
    return length is not None and len(rest) >= int(length[1])


def _unchunked(rest: bytes) -> tuple[bytes, bool]:
    body = b""
    while True:
        size, found, after = rest.partition(b"\r\n")
        if not found:
            return body, False
        length = int(size.partition(b";")[0], 16)
        if length == 0:
            return body, after.endswith(b"\r\n")
        body += after[:length]
        if len(after) < length + 2:
            return body, False
        rest = after[length + 2 :]


async def over_http2(pipe: Pipe, ask: Ask, patience: float) -> Seen:
    """The same over a connection on which h2 was agreed."""
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
    connection.initiate_connection()
    stream = connection.get_next_available_stream_id()
    pseudo = {":method": ask.method, ":scheme": "https", ":authority": ask.host, ":path": ask.path}
    connection.send_headers(stream, [*pseudo.items(), *ask.headers.items()], end_stream=not ask.body)
    if ask.body:
        connection.send_data(stream, ask.body, end_stream=True)
    seen = Seen()
    clock = _Clock(seen)
    await pipe.send(connection.data_to_send())
    while seen.end == "silence":
        try:
            data = await asyncio.wait_for(pipe.recv(), patience)
        except TimeoutError:
            break
        except ConnectionError:
            seen.end = "RST"
            break
        if not data:
            seen.end = "FIN"
            break
        for event in connection.receive_data(data):
            _note(event, connection, stream, seen, clock)
        with contextlib.suppress(ConnectionError):
            await pipe.send(connection.data_to_send())
    return seen


def _note(
    event: h2.events.Event, connection: h2.connection.H2Connection, stream: int, seen: Seen, clock: _Clock
) -> None:
    match event:
        case h2.events.ResponseReceived():
            clock.tick()
            headers = {str(name): str(value) for name, value in event.headers or []}
            seen.status, seen.headers = int(headers.pop(":status")), headers
        case h2.events.DataReceived():
            clock.tick()
            seen.body += event.data or b""
            connection.acknowledge_received_data(event.flow_controlled_length or 0, stream)
        case h2.events.StreamEnded():
            seen.end = "complete"
        case h2.events.StreamReset():
            seen.end = f"RST_STREAM({getattr(event.error_code, 'name', event.error_code)})"
        case h2.events.ConnectionTerminated():
            seen.end = f"GOAWAY({getattr(event.error_code, 'name', event.error_code)})"
