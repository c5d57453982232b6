"""Ways that show an answer while it comes, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import web

from brownout.selftest.apps.client import GOOD, Failed, Platform
from brownout.selftest.apps.serving import LATER

Pieces = Callable[[Any], AsyncIterator[str]]


def routes(platform: Platform, soon: float) -> list[web.RouteDef]:
    """What users reach them by; a sound way gives a call up that has not begun to answer ``soon``."""

    async def passed_on(prompt: Any, model: str = "crawls") -> AsyncIterator[str]:
        async for piece, _ in platform.pieces(model, prompt, timeout=20):
            yield piece

    async def buffered(prompt: Any) -> AsyncIterator[str]:
        yield "".join([piece async for piece in passed_on(prompt)])

    async def slow_start(prompt: Any) -> AsyncIterator[str]:
        async for piece in passed_on(prompt, "starts-late"):
            yield piece

    async def other_starts(prompt: Any) -> AsyncIterator[str]:
        pieces = passed_on(prompt, "starts-late")
        try:
            yield await asyncio.wait_for(anext(pieces), soon)
        except TimeoutError:
            pieces = passed_on(prompt, GOOD)
        async for piece in pieces:
            yield piece

    ways: dict[str, Pieces] = {
        "buffered": buffered,
        "other_starts": other_starts,
        "passed_on": passed_on,
        "slow_start": slow_start,
    }
    return [web.post(f"/{name}", _streaming(way)) for name, way in ways.items()]


def _streaming(way: Pieces) -> Callable[[web.Request], Any]:
    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        try:
            async for piece in way([{"role": "user", "content": body["text"]}]):
                await response.write(_event({"delta": piece}))
        except Failed:
            await response.write(_event({"error": LATER}))
        return response

    return handle


def _event(value: dict[str, str]) -> bytes:
    return f"data: {json.dumps(value)}\n\n".encode()
