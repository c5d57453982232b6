"""A chat that can be talked to in every way that a profile knows; sound, but for what its platform does.

It calls the platform once, with a deadline, streams what comes, and says so when it fails or breaks off.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import socketio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

Answer = Callable[[str], AsyncIterator[str]]


class Failed(Exception):
    """No answer, or no whole one; what to say to the user."""


class Platform:
    """The platform's answer, piece by piece. What its client needs is loaded before the first question."""

    def __init__(self) -> None:
        import openai

        self.completions = openai.AsyncOpenAI(api_key="sk-test-0000", max_retries=0, timeout=6).chat.completions

    async def __call__(self, text: str) -> AsyncIterator[str]:
        """Raises Failed."""
        try:
            messages: Any = [{"role": "user", "content": text}]
            whole = False
            async for chunk in await self.completions.create(model="gpt-4o", messages=messages, stream=True):
                for choice in chunk.choices:
                    whole = whole or choice.finish_reason == "stop"
                    yield choice.delta.content or ""
        except Exception:
            raise Failed("The assistant is not available, please ask again.") from None
        if not whole:
            raise Failed("The answer broke off, please ask again.")


class Ways:
    """The routes. ``answer`` gives the pieces of an answer to a text."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: dict[str, str] = {}
        self.ids = itertools.count()
        self.io = socketio.AsyncServer(async_mode="asgi", logger=False, engineio_logger=False)
        self.io.on("ask", self.emitted)

    async def whole(self, text: str) -> str:
        return "".join([piece async for piece in self.answer(text)])

    async def login(self, request: Request) -> Response:
        response = JSONResponse({})
        response.set_cookie("session", "s-1")
        return response

    async def send(self, request: Request) -> Response:
        number = str(next(self.ids))
        self.asked[number] = (await request.json())["text"]
        return JSONResponse({"event_id": number})

    async def read(self, request: Request) -> Response:
        """Server-sent events, each with the whole text so far."""
        text = self.asked.pop(request.path_params["id"])

        async def events() -> AsyncIterator[str]:
            said = ""
            try:
                async for piece in self.answer(text):
                    said += piece
                    yield f"data: {json.dumps({'text': said})}\n\n"
            except Failed as error:
                yield f"data: {json.dumps({'error': str(error)})}\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    async def lines(self, request: Request) -> Response:
        """JSON documents, one a line."""
        text = (await request.json())["text"]

        async def documents() -> AsyncIterator[str]:
            try:
                async for piece in self.answer(text):
                    yield json.dumps({"delta": piece}) + "\n"
            except Failed as error:
                yield json.dumps({"error": str(error)}) + "\n"

        return StreamingResponse(documents(), media_type="application/x-ndjson")

    async def form(self, request: Request) -> Response:
        """A form, with or without a photo."""
        async with request.form() as form:
            photo = form.get("photo")
            size = None if photo is None or isinstance(photo, str) else len(await photo.read())
            text = str(form["text"])
        try:
            return JSONResponse({"answer": await self.whole(text), "photo": size})
        except Failed as error:
            return JSONResponse({"error": str(error)}, 503)

    async def graphql(self, request: Request) -> Response:
        """A mutation; what fails is told in a 200, as GraphQL has it."""
        try:
            text = await self.whole((await request.json())["variables"]["text"])
        except Failed as error:
            return JSONResponse({"data": None, "errors": [{"message": str(error), "path": ["ask"]}]})
        return JSONResponse({"data": {"ask": {"text": text}}})

    async def socket(self, socket: WebSocket) -> None:
        """Messages on a plain WebSocket; the first says whose it is."""
        await socket.accept()
        await socket.send_json({"session": socket.cookies.get("session")})
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                text = (await socket.receive_json())["text"]
                if "[leave]" in text:
                    await socket.close(1011, "internal error")
                    return
                try:
                    async for piece in self.answer(text):
                        await socket.send_json({"delta": piece})
                    await socket.send_json({"done": True})
                except Failed as error:
                    await socket.send_json({"error": str(error)})

    async def subscription(self, socket: WebSocket) -> None:
        """https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md."""
        await socket.accept("graphql-transport-ws")
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                message = await socket.receive_json()
                if message["type"] == "connection_init":
                    await socket.send_json({"type": "connection_ack"})
                if message["type"] == "subscribe":
                    await self.subscribed(socket, message["id"], message["payload"]["variables"]["text"])

    async def subscribed(self, socket: WebSocket, id: str, text: str) -> None:
        try:
            async for piece in self.answer(text):
                await socket.send_json({"id": id, "type": "next", "payload": {"data": {"token": piece}}})
            await socket.send_json({"id": id, "type": "complete"})
        except Failed as error:
            await socket.send_json({"id": id, "type": "error", "payload": [{"message": str(error)}]})

    async def emitted(self, sid: str, data: Any) -> Any:
        """An event over Socket.IO: pieces and an end, and an acknowledgement."""
        try:
            async for piece in self.answer(data["text"]):
                await self.io.emit("piece", {"text": piece}, to=sid)
            await self.io.emit("end", to=sid)
        except Failed as error:
            await self.io.emit("failure", {"message": str(error)}, to=sid)
        return {"seen": True}

    def app(self) -> Any:
        """As an ASGI application."""
        routes = [
            Route("/", lambda request: PlainTextResponse("up")),
            Route("/login", self.login, methods=["POST"]),
            Route("/send", self.send, methods=["POST"]),
            Route("/read/{id}", self.read),
            Route("/lines", self.lines, methods=["POST"]),
            Route("/form", self.form, methods=["POST"]),
            Route("/graphql", self.graphql, methods=["POST"]),
            WebSocketRoute("/ws", self.socket),
            WebSocketRoute("/graphql", self.subscription),
        ]
        return socketio.ASGIApp(self.io, Starlette(routes=routes))


if __name__ == "__main__":
    uvicorn.run(Ways(Platform()).app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
