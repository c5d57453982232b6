"""Tells the platform whose a conversation is, until it knows: what belongs to an account outlives the channel."""

from __future__ import annotations

import asyncio
import logging

from starlette.concurrency import run_in_threadpool

from .platform import Failed, Platform
from .store import Store, Thread

log = logging.getLogger(__name__)

_AGAIN = 1.0
_SELDOM = 30.0


class Linking:
    """Our own store has the link at once; the platform as soon as it listens."""

    def __init__(self, platform: Platform, store: Store) -> None:
        self._platform = platform
        self._store = store

    async def link(self, phone: str, account: str) -> None:
        """From now on a phone's conversation is the account's."""
        thread = await run_in_threadpool(self._store.link, phone, account)
        if thread.conversation and not thread.marked:
            await self._mark(thread)

    async def run(self) -> None:
        """Until cancelled: what could not be said before."""
        pause = _AGAIN
        while True:
            await asyncio.sleep(pause)
            try:
                said = [await self._mark(thread) for thread in await run_in_threadpool(self._store.unmarked)]
            except Exception:
                log.exception("the store cannot be read")
                said = [False]
            pause = _AGAIN if all(said) else min(_SELDOM, 2 * pause)

    async def _mark(self, thread: Thread) -> bool:
        assert thread.conversation is not None
        try:
            await self._platform.mark(thread.conversation, thread.metadata)
        except Failed as failed:
            log.warning("conversation of thread %s is not marked yet: %s", thread.id, failed)
            if failed.lost:
                await run_in_threadpool(self._store.forgotten, thread.id)
            return failed.lost
        await run_in_threadpool(self._store.remembered, thread, thread.conversation)
        return True
