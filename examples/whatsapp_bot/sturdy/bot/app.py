"""The bot's HTTP side: WhatsApp's webhook, and the channels that are our own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
from collections.abc import AsyncIterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from pywa_async import WhatsApp, handlers, types, utils
from pywa_async.types.account_update import AccountUpdate, WABABanState
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from . import words
from .answering import Answering
from .channel import Channel, received
from .database import Database
from .linking import Linking
from .platform import Platform
from .queues import Inbox, Outbox, Outgoing, Received
from .sending import Sender
from .settings import Settings
from .store import Store
from .talk import NoAnswer, Talk
from .worker import Worker

log = logging.getLogger(__name__)

PAGE = Path(__file__).parents[2] / "page.html"
LONGEST_TEXT = 8000
LONGEST_NAME = 200
WIDTH = 16
_clients = {"ios": ("iPhone", "iPad", "Darwin"), "android": ("Android", "okhttp")}
_lost: ContextVar[list[Exception]] = ContextVar("_lost")


class Bot:
    """The routes, and what they share."""

    def __init__(self, settings: Settings) -> None:
        database = Database(settings.database)
        self._inbox, self._outbox = Inbox(database), Outbox(database)
        self._platform, self._channel = Platform(settings), Channel(settings)
        store = Store(database)
        self._talk = Talk(self._platform, store, settings)
        self._linking = Linking(self._platform, store)
        self._sender = Sender(self._channel, self._outbox, settings)
        gate = self._sender.gate
        self._sending: Worker[Outgoing] = Worker(
            self._outbox.next, self._sender.send, lambda: gate.width, lambda: gate.wait
        )
        answering = Answering(self._talk, self._channel, self._sender, self._inbox, settings, self._sending.wake)
        self._answering: Worker[Received] = Worker(self._inbox.next, answering.answer, lambda: WIDTH)
        self._channel.wa.add_handlers(
            handlers.MessageHandler(self._take), handlers.AccountUpdateHandler(self._account_changed)
        )

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(part.run()) for part in (self._answering, self._sending, self._linking)]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._platform.close()
        await self._channel.close()

    async def challenge(self, request: Request) -> Response:
        asked = request.query_params
        said, status = await self._channel.wa.webhook_challenge_handler(
            asked.get(utils.HUB_VT), asked.get(utils.HUB_CH)
        )
        return PlainTextResponse(said or "", status)

    async def webhook(self, request: Request) -> Response:
        """Says yes as soon as the message is kept; where it cannot be, no, so that it is sent again."""
        body = await request.body()
        refused = await self._channel.wa.webhook_update_validator(body, request.headers.get(utils.HUB_SIG))
        if refused:
            return PlainTextResponse(*refused)
        lost: list[Exception] = []
        _lost.set(lost)  # pywa keeps what its handlers raise to itself
        said, status = await self._channel.wa.webhook_update_handler(body)
        return PlainTextResponse("not kept", 500) if lost else PlainTextResponse(said, status)

    async def send(self, request: Request) -> Response:
        asked = await _asked(request, account=LONGEST_NAME, text=LONGEST_TEXT)
        return JSONResponse({"reply": await self._talk.answer(asked["account"], _channel_of(request), asked["text"])})

    async def history(self, request: Request) -> Response:
        return JSONResponse({"messages": await self._talk.messages(_account(request))})

    async def export(self, request: Request) -> Response:
        whole = {"messages": await self._talk.messages(_account(request))}
        return JSONResponse(whole, headers={"content-disposition": 'attachment; filename="conversation.json"'})

    async def link(self, request: Request) -> Response:
        asked = await _asked(request, phone=LONGEST_NAME, account=LONGEST_NAME)
        phone = "".join(filter(str.isdigit, asked["phone"]))
        if not phone:
            raise HTTPException(400, "Please send 'phone': a phone number.")
        await self._linking.link(phone, asked["account"])
        return JSONResponse({"account": asked["account"], "linked": True})

    async def _take(self, _: WhatsApp, message: types.Message) -> None:
        try:
            await run_in_threadpool(self._inbox.take, received(message))
        except Exception as error:
            _lost.get().append(error)
            raise
        self._answering.wake()

    async def _account_changed(self, _: WhatsApp, update: AccountUpdate) -> None:
        if update.ban_info is None:
            return
        try:
            match update.ban_info.state:
                case WABABanState.SCHEDULE_FOR_DISABLE:
                    day = update.ban_info.date
                    await run_in_threadpool(self._outbox.announce, day, words.notice(day))
                case WABABanState.REINSTATE:
                    await run_in_threadpool(self._outbox.reprieve)
                case other:  # what is still taken is still sent: WhatsApp refuses it soon enough
                    log.error("WhatsApp says of our account: %s", other.value)
        except Exception as error:
            _lost.get().append(error)
            raise
        self._sending.wake()


def _channel_of(request: Request) -> str:
    agent = request.headers.get("user-agent", "")
    return next((name for name, marks in _clients.items() if any(mark in agent for mark in marks)), "web")


def _account(request: Request) -> str:
    account = request.query_params.get("account", "").strip()
    if not account:
        raise HTTPException(400, "Please say whose: ?account=…")
    return account


async def _asked(request: Request, **longest: int) -> dict[str, str]:
    try:
        body: Any = await request.json()
    except ValueError:
        body = None
    found = {name: body.get(name) if isinstance(body, dict) else None for name in longest}
    for name, value in found.items():
        if not isinstance(value, str) or not value.strip() or len(value) > longest[name]:
            raise HTTPException(400, f"Please send {name!r}: a text of 1 to {longest[name]} characters.")
    return {name: str(value).strip() for name, value in found.items()}


async def _sorry(request: Request, error: Exception) -> Response:
    assert isinstance(error, NoAnswer)
    seconds = max(1, math.ceil(error.retry_after))
    return JSONResponse({"error": words.TROUBLE.format(seconds=seconds)}, 503, {"retry-after": str(seconds)})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _broken(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "Something went wrong on our side. Please try again."}, 500)


async def _page(request: Request) -> Response:
    return FileResponse(PAGE)


async def _health(request: Request) -> Response:
    return JSONResponse({"ok": True})


def create_app(settings: Settings) -> Starlette:
    """The service, ready to be served. Raises where the platform's key is missing."""
    bot = Bot(settings)
    return Starlette(
        routes=[
            Route("/", _page),
            Route("/healthz", _health),
            Route("/webhook", bot.challenge),
            Route("/webhook", bot.webhook, methods=["POST"]),
            Route("/api/messages", bot.send, methods=["POST"]),
            Route("/api/messages", bot.history),
            Route("/api/export", bot.export),
            Route("/api/link", bot.link, methods=["POST"]),
        ],
        exception_handlers={HTTPException: _refused, NoAnswer: _sorry, Exception: _broken},
        lifespan=bot.lifespan,
    )


logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
for noisy in ("httpx", "pywa"):
    logging.getLogger(noisy).setLevel(logging.WARNING)
app = create_app(Settings.from_env())

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")))
