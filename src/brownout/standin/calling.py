"""Answers that need the application's own tools first: the platform calls back, and its caller waits or watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeAlias

from aiohttp import web

from brownout.exchange import Callback
from brownout.standin.responder import Begun
from brownout.standin.sending import Streaming, send, whole

Made: TypeAlias = AsyncGenerator[tuple[Callback, ...], None]


class Calling:
    """Answers of one stand-in that wait for callbacks. Other requests do not wait for them."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """Give up what nobody waits for."""
        tasks = tuple(self._under_way)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def answer(self, http: web.BaseRequest, begun: Begun, made: Made, began: float) -> web.StreamResponse:
        """Answer a request: streamed as far as things are known, else when all is; at once where nobody waits."""
        if begun.call.stream:
            return await _streamed(http, begun, made, began)
        if begun.call.body.get("background") is True:
            first = begun.outcome(await anext(made))
            task = asyncio.get_running_loop().create_task(_finish(begun, made))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            return whole(first.reply)
        last = await _last(made)
        return await send(http, begun.outcome(last), asyncio.get_running_loop().time())


async def _last(made: Made) -> tuple[Callback, ...]:
    known: tuple[Callback, ...] = ()
    async with aclosing(made) as parts:
        async for part in parts:
            known = part
    return known


async def _finish(begun: Begun, made: Made) -> None:
    """The rest of an answer that nobody waits for."""
    known = await _last(made)
    if known:
        begun.outcome(known)


async def _streamed(http: web.BaseRequest, begun: Begun, made: Made, began: float) -> web.StreamResponse:
    streaming = Streaming(http, began)
    async with aclosing(made) as parts:
        async for known in parts:
            await streaming.part(begun.outcome(known))
            if streaming.gone:
                break
    return await streaming.end()
