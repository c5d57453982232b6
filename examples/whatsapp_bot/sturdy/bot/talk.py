"""A turn, whichever channel it came by: from a user's words to a whole answer that is kept, or to an honest no."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import stamina
from starlette.concurrency import run_in_threadpool

from .platform import Failed, Platform
from .settings import Settings
from .store import Asked, Store, Thread

log = logging.getLogger(__name__)

T = TypeVar("T")
_LONGEST_WAIT = 2.5  # seconds of a Retry-After that a turn can bear
_TOLD_AGAIN = 40  # messages that a platform which forgot the conversation is told again


class NoAnswer(Exception):
    """The turn came to no answer; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("no answer")
        self.retry_after = retry_after


def _again(error: Exception) -> bool | float:
    """Whether a call is worth another one, or how long the platform wants us to wait before. For stamina."""
    if not isinstance(error, Failed) or not error.again or error.retry_after > _LONGEST_WAIT:
        return False
    return error.retry_after + random.uniform(0.05, 0.3) if error.retry_after else True


class Talk:
    """Conversations of which our own store is the memory; the platform's can be lost, and is rebuilt."""

    def __init__(self, platform: Platform, store: Store, settings: Settings) -> None:
        self._platform = platform
        self._store = store
        self._settings = settings
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, name: str, channel: str, text: str, wamid: str | None = None, *extra: Any) -> str:
        """The whole answer, kept. ``extra`` is what goes with the text: a picture. Raises NoAnswer."""
        message = await self.keep(name, channel, text, wamid)
        async with self._honestly(), self._alone(message.thread):
            thread = await run_in_threadpool(self._store.thread, name, channel)
            await self._complete(thread)
            return await self._turn(thread, message, list(extra))

    async def keep(self, name: str, channel: str, text: str, wamid: str | None = None) -> Asked:
        """A user's message, kept whatever becomes of it."""
        thread = await run_in_threadpool(self._store.thread, name, channel)
        return await run_in_threadpool(self._store.ask, thread.id, text, wamid)

    async def heard(self, file: str, sound: bytes) -> str:
        """What is said in a voice message. Raises NoAnswer."""
        async with self._honestly():
            return await self.persistently(lambda: self._platform.transcribe(file, sound))

    async def messages(self, name: str) -> list[dict[str, str]]:
        """The whole conversation: our own, filled up by the platform's where ours is not whole. Raises NoAnswer."""
        thread = await run_in_threadpool(self._store.find, name)
        if thread is None:
            return []
        async with self._honestly(), self._alone(thread.id):
            await self._complete(thread)
        return await run_in_threadpool(self._store.messages, thread.id)

    async def persistently(self, call: Callable[[], Awaitable[T]]) -> T:
        """A call, asked again where that may help. Raises Failed."""
        attempts = stamina.retry_context(
            on=_again,
            attempts=self._settings.attempts,
            timeout=self._settings.deadline,
            wait_initial=0.1,
            wait_max=0.5,
            wait_jitter=0.2,
        )
        async for attempt in attempts:
            with attempt:
                return await call()
        raise AssertionError("stamina ends with an answer or an error")

    def _alone(self, thread: int) -> asyncio.Lock:
        """One turn of a conversation at a time."""
        return self._locks.setdefault(thread, asyncio.Lock())

    @asynccontextmanager
    async def _honestly(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._settings.deadline):
                yield
        except (Failed, TimeoutError) as error:
            log.info("no answer: %s", error)
            raise NoAnswer(error.retry_after if isinstance(error, Failed) else 0.0) from error

    async def _complete(self, thread: Thread) -> None:
        """Fetches what only the platform knows. What it has lost is lost, and no reason to fail for ever."""
        if thread.whole or thread.conversation is None:
            return
        known = thread.conversation
        try:
            before = await self.persistently(lambda: self._platform.messages(known))
        except Failed as failed:
            if not failed.lost:
                raise
            before = []
        await run_in_threadpool(self._store.fill, thread.id, before)

    async def _turn(self, thread: Thread, message: Asked, extra: list[Any]) -> str:
        try:
            return await self._respond(thread, message, extra)
        except Failed as failed:
            if not failed.lost or thread.conversation is None:
                raise
        await run_in_threadpool(self._store.forgotten, thread.id)
        return await self._respond(replace(thread, conversation=None), message, extra)

    async def _respond(self, thread: Thread, message: Asked, extra: list[Any]) -> str:
        new = await run_in_threadpool(self._store.new, thread.id, message.id, _TOLD_AGAIN)
        if not new:  # answered before we were stopped
            return await run_in_threadpool(self._store.reply, thread.id, message.id)
        said: list[Any] = [{"role": one.role, "content": one.text} for one in new]
        if extra:
            said[-1]["content"] = [*extra, {"type": "input_text", "text": new[-1].text}]
        conversation = thread.conversation or await self._begin(thread)
        reply = await self.persistently(lambda: self._platform.respond(conversation, said))
        await run_in_threadpool(self._store.answer, thread.id, reply, message.id)
        return reply

    async def _begin(self, thread: Thread) -> str:
        conversation = await self.persistently(lambda: self._platform.begin(thread.metadata))
        await run_in_threadpool(self._store.remembered, thread, conversation)
        return conversation
