"""One provider with everything around it that protects users from it, and it from us."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import ExcludeType, OpenedState

from .failures import Failed, failure_of
from .providers import Messages, Provider
from .settings import Settings

log = logging.getLogger(__name__)

# A user who leaves says nothing about the provider.
_INNOCENT: ExcludeType = [
    asyncio.CancelledError,
    GeneratorExit,
    (Failed, lambda failed: not failed.blames_provider),
]
_TOO_LATE = 0.2
_MARGIN = 0.1


class Deadline:
    """The moment by which a user has been promised an end."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; 0 when it has passed."""
        return max(0.0, self._end - time.monotonic())


class Guard:
    """A provider behind its circuit breaker, with a time limit on every wait, left alone while it asks for it."""

    def __init__(self, provider: Provider, breakers: AsyncCircuitBreakerFactory, settings: Settings) -> None:
        self.name = provider.name
        self._provider = provider
        self._breakers = breakers
        self._settings = settings
        self._not_before = 0.0

    async def attempt(self, messages: Messages, *, streamed: bool, deadline: Deadline) -> AsyncGenerator[str, None]:
        """Pieces of one whole answer from one call. Raises Failed, at once where the provider must not be called."""
        if (wait := self._not_before - time.monotonic()) > 0:
            raise Failed(f"left alone for another {wait:.1f} s, as it asked")
        if deadline.left < _TOO_LATE:
            raise Failed("no time left")
        breaker = await self._breakers.get_breaker(self.name, exclude=_INNOCENT)
        try:
            async with breaker, aclosing(self._call(messages, streamed, deadline)) as pieces:
                async for piece in pieces:
                    yield piece
        except OpenedState as opened:
            raise Failed("its circuit breaker is open") from opened

    async def wait(self) -> float:
        """Seconds until it may be called again; 0 for now."""
        context = (await self._breakers.get_breaker(self.name)).context
        rest = context.opened_at + context.ttl - time.time() if context.opened_at else 0.0
        return max(0.0, rest, self._not_before - time.monotonic())

    async def _call(self, messages: Messages, streamed: bool, deadline: Deadline) -> AsyncGenerator[str, None]:
        began = False
        limit = self._settings.first_token if streamed else self._settings.whole_answer
        try:
            async with aclosing(self._provider.answer(messages, streamed=streamed)) as pieces:
                while True:
                    async with asyncio.timeout(min(limit, deadline.left)):
                        piece = await anext(pieces, None)
                    if piece is None:
                        return
                    yield piece
                    began, limit = True, self._settings.between_tokens
        except Exception as error:
            failed = failure_of(error, began=began)
            log.warning("%s: %s", self.name, failed)
            if failed.retry_after:
                self._not_before = max(self._not_before, time.monotonic() + failed.retry_after + _MARGIN)
            raise failed from error
