"""The agent's HTTP side."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .platform import Platform
from .settings import Settings
from .store import Store, UnknownConversation
from .turns import NoAnswer, Turns

LONGEST_TEXT = 8000
LONGEST_USER = 200


class Agent:
    """The routes, and what they share."""

    def __init__(self, settings: Settings) -> None:
        self._store = Store(settings.database)
        self._platform = Platform(settings)
        self._turns = Turns(self._platform, self._store, settings)

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        await self._platform.close()

    async def create(self, request: Request) -> Response:
        user = await _text(request, "user", LONGEST_USER)
        return JSONResponse({"id": await run_in_threadpool(self._store.create, user)}, status_code=201)

    async def send(self, request: Request) -> Response:
        text = await _text(request, "text", LONGEST_TEXT)
        try:
            return JSONResponse({"reply": await self._turns.answer(request.path_params["id"], text)})
        except NoAnswer as failed:
            return _sorry(failed)

    async def history(self, request: Request) -> Response:
        return JSONResponse({"messages": await run_in_threadpool(self._store.messages, request.path_params["id"])})

    async def refunds(self, request: Request) -> Response:
        return JSONResponse({"refunds": await run_in_threadpool(self._store.ledger, request.path_params["id"])})


async def _text(request: Request, name: str, longest: int) -> str:
    try:
        value = (await request.json())[name]
    except (ValueError, KeyError, TypeError):
        value = None
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise HTTPException(400, f"Please send {name!r}: a text of 1 to {longest} characters.")
    return value


def _sorry(failed: NoAnswer) -> Response:
    """What was done and what was not, before anything else."""
    seconds = max(1, math.ceil(failed.retry_after))
    made = failed.refund
    if made is None:
        done = f"Nothing has been refunded. Please try again in {seconds} s."
    else:
        paid = f"{made.cents // 100}.{made.cents % 100:02}"
        done = (
            f"Your refund of {paid} euros for {made.parcel} is booked (reference {made.id}); do not ask for it again."
        )
    words = f"The assistant cannot answer right now. Your message is kept. {done}"
    return JSONResponse({"error": words}, 503, {"retry-after": str(seconds)})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _unknown(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "There is no such conversation."}, 404)


async def _broken(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "Something went wrong on our side. Please try again."}, 500)


async def _health(request: Request) -> Response:
    return JSONResponse({"ok": True})


def create_app(settings: Settings) -> Starlette:
    """The service, ready to be served. Raises where the platform's key is missing."""
    agent = Agent(settings)
    return Starlette(
        routes=[
            Route("/healthz", _health),
            Route("/api/conversations", agent.create, methods=["POST"]),
            Route("/api/conversations/{id}/messages", agent.send, methods=["POST"]),
            Route("/api/conversations/{id}/messages", agent.history),
            Route("/api/conversations/{id}/refunds", agent.refunds),
        ],
        exception_handlers={HTTPException: _refused, UnknownConversation: _unknown, Exception: _broken},
        lifespan=agent.lifespan,
    )


logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
app = create_app(Settings.from_env())

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")))
