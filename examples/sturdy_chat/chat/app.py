"""The chat service's HTTP side."""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from purgatory import AsyncCircuitBreakerFactory
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from .answering import Answering, NoAnswer, Piece
from .guard import Guard
from .providers import Anthropic, OpenAI, Provider
from .settings import Settings
from .store import Store, UnknownConversation

log = logging.getLogger(__name__)

PAGE = (Path(__file__).parents[2] / "chat.html").read_text(encoding="utf-8")
BROKEN_OFF = "The answer broke off and could not be completed. Your message is kept; please try again."
LONGEST_TEXT = 8000
LONGEST_USER = 200


class Chat:
    """The routes, and what they share."""

    def __init__(self, settings: Settings) -> None:
        # Some slack, so that a message is not called failed while its answer is being stored.
        self._store = Store(settings.database, answer_within=settings.deadline + 2)
        self._providers: list[Provider] = [OpenAI(settings), Anthropic(settings)]
        breakers = AsyncCircuitBreakerFactory(settings.breaker_failures, settings.breaker_rest)
        self._answering = Answering([Guard(provider, breakers, settings) for provider in self._providers], settings)

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        for provider in self._providers:
            await provider.close()

    async def create(self, request: Request) -> Response:
        user = await _text(request, "user", LONGEST_USER)
        return JSONResponse({"id": await run_in_threadpool(self._store.create, user)}, status_code=201)

    async def history(self, request: Request) -> Response:
        return JSONResponse({"messages": await run_in_threadpool(self._store.messages, request.path_params["id"])})

    async def send(self, request: Request) -> Response:
        conversation = request.path_params["id"]
        text = await _text(request, "text", LONGEST_TEXT)
        streamed = (await request.json()).get("stream") is True
        question = await run_in_threadpool(self._store.ask, conversation, text)
        messages = await run_in_threadpool(self._store.messages, conversation)
        pieces = self._answering.answer(messages, streamed=streamed)
        try:
            if not streamed:
                return JSONResponse({"reply": await self._finish(conversation, question, pieces)})
            # The head waits for the first piece: until then an honest status is still possible.
            first = await anext(pieces)
        except NoAnswer as failed:
            await run_in_threadpool(self._store.fail, question)
            return _sorry(failed)
        events = self._events(conversation, question, first, pieces)
        return StreamingResponse(events, media_type="text/event-stream", headers={"cache-control": "no-store"})

    async def _finish(self, conversation: str, question: int, pieces: AsyncGenerator[Piece, None]) -> str:
        reply = "".join([piece.text async for piece in pieces])
        await run_in_threadpool(self._store.answer, conversation, question, reply)
        return reply

    async def _events(
        self, conversation: str, question: int, first: Piece, pieces: AsyncGenerator[Piece, None]
    ) -> AsyncIterator[str]:
        reply = first.text
        yield _event(delta=first.text)
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    if piece.replaces:
                        reply = ""
                        yield _event(replace=True)
                    reply += piece.text
                    yield _event(delta=piece.text)
        except NoAnswer:
            await run_in_threadpool(self._store.fail, question)
            yield _event(error=BROKEN_OFF)
            return
        await run_in_threadpool(self._store.answer, conversation, question, reply)
        yield _event(done=True)


def _event(**data: Any) -> str:
    return f"data: {json.dumps(data)}\n\n"


async def _text(request: Request, name: str, longest: int) -> str:
    try:
        value = (await request.json())[name]
    except (ValueError, KeyError, TypeError):
        value = None
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise HTTPException(400, f"Please send {name!r}: a text of 1 to {longest} characters.")
    return value


def _sorry(failed: NoAnswer) -> Response:
    seconds = max(1, math.ceil(failed.retry_after))
    words = "The assistant cannot answer right now. Your message is kept; please try again"
    return JSONResponse(
        {"error": f"{words} in {seconds} second{'s' if seconds > 1 else ''}."}, 503, {"retry-after": str(seconds)}
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _unknown(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "There is no such conversation."}, 404)


async def _broken(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "Something went wrong on our side. Please try again."}, 500)


async def _health(request: Request) -> Response:
    return JSONResponse({"ok": True})


async def _page(request: Request) -> Response:
    return HTMLResponse(PAGE)


def create_app(settings: Settings) -> Starlette:
    """The service, ready to be served. Raises where a provider's key is missing."""
    chat = Chat(settings)
    return Starlette(
        routes=[
            Route("/", _page),
            Route("/healthz", _health),
            Route("/api/conversations", chat.create, methods=["POST"]),
            Route("/api/conversations/{id}/messages", chat.send, methods=["POST"]),
            Route("/api/conversations/{id}/messages", chat.history),
        ],
        exception_handlers={HTTPException: _refused, UnknownConversation: _unknown, Exception: _broken},
        lifespan=chat.lifespan,
    )


logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
app = create_app(Settings.from_env())

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")))
