"""The two ends of a measurement: a platform that answers at once, and clients that ask without pause."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass

ANSWER = json.dumps(
    {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1770000000,
        "model": "gpt-4o-mini",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "x" * 700}}],
    }
).encode()
QUESTION = json.dumps(
    {
        "model": "gpt-4o-mini",
        "messages": [
            {"role": "system", "content": "You are helpful. " * 20},
            {"role": "user", "content": "Reference bo-aaaaaaaaaaaa. Why is the sky blue? " * 8},
        ],
    }
).encode()
EVENT = b'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"x"}}]}\n\n'


async def _read_message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lowered = head.lower()
    if b"content-length:" in lowered:
        length = int(lowered.split(b"content-length:")[1].split(b"\r\n")[0])
        return head + await reader.readexactly(length)
    body = b""
    while not body.endswith(b"0\r\n\r\n"):
        body += await reader.read(65536)
    return head + body


@contextlib.asynccontextmanager
async def platform(events: int = 0):  # type: ignore[no-untyped-def]
    """A server that answers each request at once: with JSON, or with so many stream events. Gives its port."""
    if events:
        chunks = (b"%x\r\n%s\r\n" % (len(EVENT), EVENT)) * events
        raw = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n" + chunks
        raw += b"0\r\n\r\n"
    else:
        raw = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(ANSWER) + ANSWER

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            while True:
                await _read_message(reader)
                writer.write(raw)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    async with server:
        yield server.sockets[0].getsockname()[1]


def request(port: int, path: str, stream: bool = False) -> bytes:
    """One Chat Completions call as it goes over the wire."""
    body = QUESTION[:-1] + b', "stream": true}' if stream else QUESTION
    return (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer sk-test-0\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode() + body


@dataclass
class Burst:
    """What one burst of load achieved."""

    requests: int
    seconds: float


async def ask_for(seconds: float, port: int, path: str, connections: int = 32) -> Burst:
    """Ask over kept-alive connections, one question at a time on each, for so long."""
    raw, until, done = request(port, path), time.monotonic() + seconds, 0

    async def one() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.monotonic() < until:
            writer.write(raw)
            await _read_message(reader)
            done += 1
        writer.close()

    began = time.monotonic()
    await asyncio.gather(*(one() for _ in range(connections)))
    return Burst(done, time.monotonic() - began)


async def follow_stream(port: int, path: str, events: int, gap: float) -> list[float]:
    """Lateness of each event of one paced stream, in seconds, against a schedule that starts with the first."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(port, path, stream=True))
    await reader.readuntil(b"\r\n\r\n")
    late: list[float] = []
    seen, first = 0, 0.0
    while seen < events:
        data = await reader.read(65536)
        if not data:
            raise ConnectionError(f"the stream ended after {seen} of {events} events")
        now = time.monotonic()
        for _ in range(data.count(b"data: ")):
            first = first or now
            late.append(now - first - seen * gap)
            seen += 1
    writer.close()
    return late
