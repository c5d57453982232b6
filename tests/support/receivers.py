"""An application that takes webhooks, on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web

from brownout.dialects.whatsapp.webhooks import sign

SECRET = "app-secret-for-tests"
TOKEN = "verify-me"
PATIENCE = 30.0
T = TypeVar("T")


@dataclass
class Got:
    """One webhook as it came; ``at`` in monotonic seconds."""

    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def value(self) -> Any:
        """What a webhook of WhatsApp is about."""
        return self.json["entry"][0]["changes"][0]["value"]

    @property
    def event(self) -> str:
        """``text`` of a user's message, else the status of one to a user."""
        value = self.value
        return str(value["statuses"][0]["status"] if "statuses" in value else value["messages"][0]["type"])

    @property
    def words(self) -> str:
        """What the user wrote."""
        return str(self.value["messages"][0]["text"]["body"])

    @property
    def genuine(self) -> bool:
        """Whether the signature is WhatsApp's."""
        return self.headers.get("x-hub-signature-256") == sign(SECRET, self.body)


@dataclass
class Receiving:
    """What came so far. ``answers`` are the statuses of the next webhooks; then 200. ``knows`` is the verify token."""

    url: str = ""
    knows: str = TOKEN
    got: list[Got] = field(default_factory=list)
    handshakes: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def wait(self, count: int) -> list[Got]:
        """The webhooks, once there are so many."""
        return until(lambda: self.got[:] if len(self.got) >= count else None)

    async def _post(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append(Got(headers, await request.read(), time.monotonic()))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def _get(self, request: web.Request) -> web.Response:
        self.handshakes.append(dict(request.query))
        if request.query.get("hub.verify_token") != self.knows:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def serve(self, ready: threading.Event, over: asyncio.Event) -> None:
        """Take webhooks until told to stop."""
        app = web.Application()
        app.router.add_post("/hook", self._post)
        app.router.add_get("/hook", self._get)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        ready.set()
        await over.wait()
        await runner.cleanup()


def until(found: Callable[[], T | None]) -> T:
    """What is found, once it is."""
    end = time.monotonic() + PATIENCE
    while (value := found()) is None:
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
    return value


@contextmanager
def receiving() -> Iterator[Receiving]:
    """A receiver that runs until the end."""
    receiver, ready = Receiving(), threading.Event()
    loop, over = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(receiver.serve(ready, over)))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield receiver
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(PATIENCE)
        loop.close()
