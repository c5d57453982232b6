"""Takes jobs from a queue: each user's one after the other, several users' at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

from starlette.concurrency import run_in_threadpool

log = logging.getLogger(__name__)

_LOOK = 0.2  # seconds after which a queue is looked at again, for what was put off
_AFTER_TROUBLE = 2.0


class Job(Protocol):
    """Something to do for the user of a phone."""

    @property
    def phone(self) -> str:
        """Whose."""


J = TypeVar("J", bound=Job)


class Worker(Generic[J]):
    """``next`` gives a job of a phone that is not busy, ``do`` does it; ``width`` at once, after ``wait`` seconds."""

    def __init__(
        self,
        next: Callable[[Sequence[str]], J | None],
        do: Callable[[J], Awaitable[None]],
        width: Callable[[], int],
        wait: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._next, self._do, self._width, self._wait = next, do, width, wait
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """There may be something to do."""
        self._bell.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._bell.clear()
                if not await self._begun():
                    await self._rest()
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _begun(self) -> bool:
        if self._wait() or len(self._busy) >= self._width():
            return False
        try:
            job = await run_in_threadpool(self._next, tuple(self._busy))
        except Exception:
            log.exception("the queue cannot be read")
            return False
        if job is None:
            return False
        self._busy[job.phone] = asyncio.create_task(self._finish(job))
        return True

    async def _finish(self, job: J) -> None:
        try:
            await self._do(job)
        except Exception:
            log.exception("a job failed, and is done again")
            await asyncio.sleep(_AFTER_TROUBLE)
        finally:
            del self._busy[job.phone]
            self.wake()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._bell.wait(), max(_LOOK, self._wait()))
        except TimeoutError:
            return
