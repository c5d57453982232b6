"""From a conversation to an answer: who is asked, how often, and for how long."""

from __future__ import annotations

import logging
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

import stamina

from .failures import Failed
from .guard import Deadline, Guard
from .providers import Messages
from .settings import Settings

log = logging.getLogger(__name__)

_WORTH_WAITING = 1.0


@dataclass(frozen=True)
class Piece:
    """Text to show. ``replaces``: what was shown of this answer so far is void, and this is a new beginning."""

    text: str
    replaces: bool = False


class NoAnswer(Exception):
    """Nobody could answer in time; ``retry_after`` is when to try again, in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("no provider answered")
        self.retry_after = retry_after


def _again(error: Exception) -> bool | float:
    """Whether the same provider is worth another call, or how long it wants us to wait before. For stamina."""
    if not isinstance(error, Failed) or not error.again or error.retry_after > _WORTH_WAITING:
        return False
    if error.retry_after:
        return error.retry_after + random.uniform(0.15, 0.35)
    return True


class Answering:
    """Asks the first provider, a second time if that is worth it, then the other one."""

    def __init__(self, guards: list[Guard], settings: Settings) -> None:
        self._guards = guards
        self._settings = settings

    async def answer(self, messages: Messages, *, streamed: bool) -> AsyncGenerator[Piece, None]:
        """Pieces of one whole answer, all of it within the deadline. Raises NoAnswer, also after the first piece."""
        deadline = Deadline(self._settings.deadline)
        shown = False
        for guard in self._guards:
            began = False
            try:
                async with aclosing(self._attempts(guard, messages, streamed, deadline)) as pieces:
                    async for piece in pieces:
                        yield Piece(piece, replaces=shown and not began)
                        began = shown = True
                return
            except Failed as failed:
                log.info("turning away from %s: %s", guard.name, failed)
        raise NoAnswer(min([await guard.wait() for guard in self._guards]))

    async def _attempts(
        self, guard: Guard, messages: Messages, streamed: bool, deadline: Deadline
    ) -> AsyncGenerator[str, None]:
        attempts = stamina.retry_context(
            on=_again,
            attempts=self._settings.attempts,
            timeout=max(deadline.left, 0.001),
            wait_initial=0.1,
            wait_max=0.5,
            wait_jitter=0.2,
        )
        async for attempt in attempts:
            with attempt:
                async with aclosing(guard.attempt(messages, streamed=streamed, deadline=deadline)) as pieces:
                    async for piece in pieces:
                        yield piece
