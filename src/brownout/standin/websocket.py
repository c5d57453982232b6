"""The stand-in's WebSockets: opening one, hearing and speaking at the same time, and closing it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import TypeAlias

from aiohttp import WSCloseCode, WSMsgType, web

from brownout.dialects import dialect_for
from brownout.dialects.openai.common import digest
from brownout.dialects.reading import wants_websocket
from brownout.exchange import Call, Reply
from brownout.standin import pace
from brownout.standin.openai.realtime_talk import RealtimeTalk
from brownout.standin.openai.responses_talk import ResponsesTalk
from brownout.standin.recognise import Arrived
from brownout.standin.responder import Responder
from brownout.standin.talk import Later, Talk

MAX_MESSAGE = 32 * 1024 * 1024
Opener: TypeAlias = Callable[[Responder, Call, str, int], Talk]
TALKS: dict[str, Opener] = {"realtime": RealtimeTalk, "responses": ResponsesTalk}
"""Part of a platform → what is talked about there."""


class Sockets:
    """All open WebSockets of one stand-in."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder
        self._open: set[web.WebSocketResponse] = set()
        self._opened = 0

    def asks(self, arrived: Arrived) -> Call | None:
        """The call where a request asks for a WebSocket that there is; None for all others."""
        if not wants_websocket(arrived.request.method, arrived.request.headers):
            return None
        call = dialect_for(arrived.service).read(arrived.request)
        return call if call.upgrade and call.part in TALKS else None

    async def serve(self, http: web.BaseRequest, arrived: Arrived, call: Call) -> web.StreamResponse | Reply:
        """The whole life of one WebSocket; or the reply that refuses it."""
        refusal = self._responder.refuses(arrived, call)
        if refusal is not None:
            return refusal
        socket = web.WebSocketResponse(max_msg_size=MAX_MESSAGE)
        await socket.prepare(http)
        self._open.add(socket)
        self._opened += 1
        id = digest("socket", str(self._responder.seed), call.request.path, str(self._opened), size=16)
        try:
            with contextlib.suppress(ConnectionResetError):
                await _Conversation(socket, TALKS[call.part](self._responder, call, id, int(time.time()))).run()
        finally:
            self._open.discard(socket)
        return socket

    async def close(self) -> None:
        """Close every open socket with code 1001: the platform goes away."""
        for socket in tuple(self._open):
            with contextlib.suppress(ConnectionResetError, TimeoutError):
                async with asyncio.timeout(0.5):
                    await socket.close(code=WSCloseCode.GOING_AWAY)


class _Conversation:
    def __init__(self, socket: web.WebSocketResponse, talk: Talk) -> None:
        self._socket, self._talk = socket, talk
        self._answers: asyncio.Queue[Later] = asyncio.Queue()
        self._busy = False
        self._speaking: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until the client closes, or is gone."""
        await self._say(self._talk.opens())
        try:
            async for message in self._socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    data = message.data
                    await self._hear(data.encode("utf-8", "replace") if isinstance(data, str) else data)
        finally:
            if self._speaking is not None:
                self._speaking.cancel()

    async def _hear(self, message: bytes) -> None:
        heard = self._talk.hears(message, self._busy, int(time.time()))
        if heard.cancels and self._speaking is not None:
            self._speaking.cancel()
            self._speaking, self._busy = None, False
            await self._say(self._talk.cancelled())
        await self._say(heard.at_once)
        if heard.later is not None:
            self._busy = True
            self._answers.put_nowait(heard.later)
            if self._speaking is None:
                self._speaking = asyncio.create_task(self._speak())

    async def _say(self, messages: tuple[bytes, ...]) -> None:
        for message in messages:
            await self._socket.send_str(message.decode())

    async def _speak(self) -> None:
        with contextlib.suppress(ConnectionResetError):
            while True:
                answer = await self._answers.get()
                began = asyncio.get_running_loop().time()
                for position, (message, due) in enumerate(zip(answer.messages, answer.due, strict=True), 1):
                    await pace.until(began + due)
                    if position == len(answer.messages):
                        answer.keep()
                        self._busy = not self._answers.empty()
                    await self._socket.send_str(message.decode())
