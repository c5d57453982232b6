"""A turn: from a user's message, by way of tools, to a whole answer or to an honest apology."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import stamina
from openai.types.responses import Response
from starlette.concurrency import run_in_threadpool

from . import tools
from .platform import Failed, Platform, calls_in
from .settings import Settings
from .store import Refund, Store

log = logging.getLogger(__name__)

_LONGEST_WAIT = 2.5  # seconds of a Retry-After that a turn can bear


class NoAnswer(Exception):
    """The turn came to no answer. ``refund`` is what was done all the same; ``retry_after`` is in seconds."""

    def __init__(self, refund: Refund | None, retry_after: float) -> None:
        super().__init__("no answer")
        self.refund = refund
        self.retry_after = retry_after


@dataclass
class Thread:
    """What the model is to know: all of it, and what is new since the response that the platform keeps."""

    everything: list[Any]
    previous: str | None
    new: list[Any] = field(default_factory=list)

    def add(self, *items: Any) -> None:
        self.everything += items
        self.new += items

    def answered(self, response: Response) -> None:
        """The platform knows everything up to here."""
        self.everything += [
            {"type": "function_call", "call_id": call.call_id, "name": call.name, "arguments": call.arguments}
            for call in calls_in(response)
        ]
        self.previous, self.new = response.id, []

    @property
    def given(self) -> list[Any]:
        """What has to be sent along: everything, where the platform keeps nothing."""
        return self.new if self.previous else self.everything


def _again(error: Exception) -> bool | float:
    """Whether a step is worth another call, or how long the platform wants us to wait before. For stamina."""
    if not isinstance(error, Failed) or not error.again or error.retry_after > _LONGEST_WAIT:
        return False
    return error.retry_after + random.uniform(0.1, 0.4) if error.retry_after else True


class Turns:
    """Plays turns within the deadline. However often the platform is asked again, a tool's effect happens once."""

    def __init__(self, platform: Platform, store: Store, settings: Settings) -> None:
        self._platform = platform
        self._store = store
        self._settings = settings

    async def answer(self, conversation: str, text: str) -> str:
        """The whole answer, kept. Raises NoAnswer, and UnknownConversation."""
        message = await run_in_threadpool(self._store.ask, conversation, text)
        async with self._honestly(conversation, message):
            thread = await self._thread(conversation, text)
            response = await self._play(thread, message)
            await run_in_threadpool(self._store.answer, conversation, response.output_text, response.id)
            return response.output_text

    @asynccontextmanager
    async def _honestly(self, conversation: str, message: int) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._settings.deadline):
                yield
        except (Failed, TimeoutError) as error:
            log.info("no answer: %s", error)
            await run_in_threadpool(self._store.fail, conversation)
            made = await run_in_threadpool(self._store.refunded, message)
            raise NoAnswer(made, error.retry_after if isinstance(error, Failed) else 0.0) from error

    async def _thread(self, conversation: str, text: str) -> Thread:
        previous = await run_in_threadpool(self._store.previous, conversation)
        kept = await run_in_threadpool(self._store.messages, conversation)
        said = [{"role": message["role"], "content": message["text"]} for message in kept]
        return Thread(said, previous, [{"role": "user", "content": text}])

    async def _play(self, thread: Thread, message: int) -> Response:
        offered, choice = list(tools.FUNCTIONS), "required"
        for _ in range(self._settings.steps):
            response = await self._step(thread, offered, choice)
            thread.answered(response)
            if not calls_in(response):
                return response
            for call in calls_in(response):
                parcel = tools.check(call.name, call.arguments)
                said = await run_in_threadpool(tools.use, self._store, call.name, parcel, message)
                thread.add({"type": "function_call_output", "call_id": call.call_id, "output": said})
            offered, choice = [*tools.FUNCTIONS, tools.SEARCH], "auto"
        raise Failed("it went on using tools")

    async def _step(self, thread: Thread, offered: list[Any], choice: str) -> Response:
        """One response. Without the search where that is down; from our own history where the platform lost its."""
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
                try:
                    return await self._platform.respond(thread.given, thread.previous, offered, choice)
                except Failed as failed:
                    if tools.SEARCH in offered:
                        offered.remove(tools.SEARCH)
                    if not failed.lost or thread.previous is None:
                        raise
                    thread.previous = None
                    return await self._platform.respond(thread.given, None, offered, choice)
        raise AssertionError("stamina ends with an answer or an error")
