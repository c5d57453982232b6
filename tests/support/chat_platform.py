"""OpenAI and Anthropic on loopback, misbehaving on demand: just enough of both for the example chats."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import re
import socket
import struct
import termios
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

ANSWER = "The sky is blue because short waves scatter most. [end of answer]"
PAGE_OF_THE_EDGE = "<html><head><title>502 Bad Gateway</title></head></html>"


@dataclass(frozen=True)
class Act:
    """What the platform does with one call.

    ``kind``: ``ok``, ``status``, ``hang`` (no head), ``reset`` and ``cut`` (after some pieces of a stream: RST, or an
    end without its terminal event), ``stall`` (after some pieces, nothing more), ``empty``, ``html`` (a page with 200).
    """

    kind: str = "ok"
    status: int = 500
    retry_after: str | None = None


@dataclass(frozen=True)
class Call:
    """One call that the platform received. ``at`` and ``answered`` are monotonic seconds."""

    provider: str
    body: dict[str, Any]
    at: float


@dataclass
class Upstream:
    """OpenAI Chat Completions and Anthropic Messages on loopback. Acts are used up in order; then all is well."""

    url: str = ""
    acts: dict[str, list[Act]] = field(default_factory=lambda: {"openai": [], "anthropic": []})
    always: dict[str, Act] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def reset(self) -> None:
        """Healthy, and nothing received yet."""
        self.acts = {"openai": [], "anthropic": []}
        self.always = {}
        self.calls = []

    def made(self, provider: str) -> int:
        """Calls received from an application."""
        return sum(call.provider == provider for call in self.calls)

    async def openai(self, request: web.Request) -> web.StreamResponse:
        """Answers ``POST /openai/v1/chat/completions``."""
        return await self._play("openai", request)

    async def anthropic(self, request: web.Request) -> web.StreamResponse:
        """Answers ``POST /anthropic/v1/messages``."""
        return await self._play("anthropic", request)

    async def _play(self, provider: str, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.calls.append(Call(provider, body, time.monotonic()))
        queue = self.acts[provider]
        act = queue.pop(0) if queue else self.always.get(provider, Act())
        match act.kind:
            case "hang":
                await self.closing.wait()
                return web.Response(status=503)
            case "status":
                return _error(provider, act)
            case "html":
                return web.Response(text=PAGE_OF_THE_EDGE, content_type="text/html")
            case "reset" | "cut" | "stall" | "ok" | "empty" if body.get("stream"):
                return await self._stream(provider, request, act.kind)
            case "reset" | "cut" | "stall":
                _reset(request)
                return web.Response()
        return web.json_response(_whole(provider, "" if act.kind == "empty" else ANSWER))

    async def _stream(self, provider: str, request: web.Request, kind: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        words = [] if kind == "empty" else re.findall(r" ?\S+", ANSWER)
        half = kind in ("reset", "cut", "stall")
        for event in _events(provider, words[:4] if half else words, ended=not half):
            await response.write(event.encode())
        if kind == "reset":
            await self._received(request)
            _reset(request)
        elif kind == "stall":
            await self.closing.wait()
        return response

    async def _received(self, request: web.Request) -> None:
        # A reset overtakes bytes that the client has not read yet; without it the first pieces could be lost.
        connection = request.transport.get_extra_info("socket") if request.transport else None
        for _ in range(200):
            if connection is None or _unacknowledged(connection) == 0:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)


def _unacknowledged(connection: Any) -> int:
    pending = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0\0\0\0")
    return int(struct.unpack("i", pending)[0])


def _reset(request: web.Request) -> None:
    assert request.transport is not None
    connection = request.transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()


def _error(provider: str, act: Act) -> web.Response:
    message = f"The server had an error while processing your request ({provider} req_secret123)"
    error = {"message": message, "type": "server_error"}
    body = {"error": error} if provider == "openai" else {"type": "error", "error": error}
    headers = {"retry-after": act.retry_after} if act.retry_after else {}
    return web.json_response(body, status=act.status, headers=headers)


def _whole(provider: str, text: str) -> dict[str, Any]:
    if provider == "openai":
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return {
        **{"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn"},
        **{"content": [{"type": "text", "text": text}], "usage": {"input_tokens": 1, "output_tokens": 1}},
    }


def _events(provider: str, words: list[str], *, ended: bool) -> Iterator[str]:
    return _openai_events(words, ended) if provider == "openai" else _anthropic_events(words, ended)


def _openai_events(words: list[str], ended: bool) -> Iterator[str]:
    deltas: list[tuple[dict[str, str], str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({"content": word}, None) for word in words]
    deltas += [({}, "stop")] if ended else []
    for delta, reason in deltas:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        yield f"data: {json.dumps(chunk)}\n\n"
    if ended:
        yield "data: [DONE]\n\n"


def _anthropic_events(words: list[str], ended: bool) -> Iterator[str]:
    message = {**_whole("anthropic", ""), "content": [], "stop_reason": None}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message}]
    events += [{"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}]
    for word in words:
        events += [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}]
    if ended:
        events += [{"type": "content_block_stop", "index": 0}]
        events += [{"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}}]
        events += [{"type": "message_stop"}]
    for event in events:
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


@contextlib.asynccontextmanager
async def _served(upstream: Upstream) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/openai/v1/chat/completions", upstream.openai)
    app.router.add_post("/anthropic/v1/messages", upstream.anthropic)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        upstream.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
    finally:
        upstream.closing.set()
        await runner.cleanup()


@contextlib.contextmanager
def serving() -> Iterator[Upstream]:
    """A platform on loopback, in a thread of its own."""
    upstream, ready, stop = Upstream(), threading.Event(), threading.Event()

    async def serve() -> None:
        async with _served(upstream):
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield upstream
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
