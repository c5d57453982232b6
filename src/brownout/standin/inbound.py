"""What the platforms send to the application, as faults have it.

Webhooks are sent again until they are taken; a callback, whose answer the platform waits for, is sent once.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeAlias

from brownout.bounded import Bounded
from brownout.edge.job import Job
from brownout.events import Process
from brownout.exchange import Headers
from brownout.journal import Writer
from brownout.orders import Receiver
from brownout.standin.delivery import ON_TIME, Deciding, Delivery, effect_of, is_taken
from brownout.standin.postman import Postman

AGAIN = (5.0, 30.0, 300.0, 1800.0, 7200.0)
"""Incident seconds after which a webhook that was not taken is sent again; then the platform gives up."""
Send: TypeAlias = Callable[[bytes, Headers], Awaitable[int | None]]
"""Sends a body with headers; the status of the answer, None without one."""
_LANES = 5_000
_PASSED = 200


class Lane:
    """The webhooks about one user, in their order: one at a time. A fault may take one out of the line."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self._turns = 0
        self._passed: deque[int] = deque(maxlen=_PASSED)
        self._moved = asyncio.Condition()

    def turn(self) -> int:
        """The next place in the line."""
        self._turns += 1
        return self._turns

    async def passes(self, turn: int) -> None:
        """The one of this turn has gone out."""
        async with self._moved:
            self._passed.append(turn)
            self._moved.notify_all()

    async def overtaken(self, turn: int, count: int, within: float) -> bool:
        """Wait until so many later ones have gone out; False where they did not in so many seconds."""
        try:
            async with asyncio.timeout(within), self._moved:
                await self._moved.wait_for(lambda: sum(other > turn for other in self._passed) >= count)
        except TimeoutError:
            return False
        return True


class Inbound:
    """Carries webhooks to the application. ``receivers`` says where to, by platform; others have none."""

    def __init__(self, receivers: Mapping[str, Receiver], deciding: Deciding, journal: Writer) -> None:
        self.receivers = dict(receivers)
        self.deciding, self._journal = deciding, journal
        self._postman = Postman(self.note)
        self._lanes: Bounded[str, Lane] = Bounded(_LANES)
        self._under_way: set[asyncio.Task[None]] = set()

    def deliver(self, delivery: Delivery, after: float = 0.0) -> None:
        """Send a webhook, ``after`` so many seconds; nothing where the application takes none of this platform."""
        receiver = self.receivers.get(delivery.provider)
        if receiver is None:
            return
        task = asyncio.get_running_loop().create_task(self._carry(delivery, receiver, after))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def note(self, text: str) -> None:
        """Write a note for whoever reads the journal."""
        self._journal.write(Process("stand-in", "note", detail=text))

    async def ask(self, delivery: Delivery, url: str, send: Send, within: float) -> Job:
        """Make a callback, once, and wait for it ``within`` so many seconds at most; how it went."""
        lane = self._lane(f"{delivery.service} {delivery.event.partition(' ')[0]}")
        job, turn = self.deciding.admit(delivery, url), lane.turn()
        try:
            async with asyncio.timeout(within):
                await self._travel(delivery, job, send, lane, turn, in_line=False)
        except TimeoutError:
            job.shown, job.how, job.end = effect_of(job) is not ON_TIME, "the platform gave up waiting", "error"
        except asyncio.CancelledError:
            job.end = "released"
            raise
        finally:
            self._journal.write(job.row(time.monotonic()))
        return job

    async def stop(self) -> None:
        """Leave what is still under way where it is; the journal says so."""
        tasks = tuple(self._under_way)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._postman.close()

    async def _carry(self, delivery: Delivery, receiver: Receiver, after: float) -> None:
        lane = self._lane(f"{delivery.service} {delivery.user}")
        turn, send = lane.turn(), partial(self._postman.post, receiver)
        await asyncio.sleep(after)
        for attempt, pause in enumerate((*AGAIN, None)):
            job = self.deciding.admit(delivery, receiver.url, attempt)
            try:
                await self._travel(delivery, job, send, lane, turn)
            except asyncio.CancelledError:
                job.end = "released"
                raise
            finally:
                self._journal.write(job.row(time.monotonic()))
            if is_taken(job) or pause is None:
                return
            await asyncio.sleep(pause / self.deciding.speed)

    def _lane(self, name: str) -> Lane:
        lane = self._lanes.get(name)
        if lane is None:
            lane = Lane()
            self._lanes.put(name, lane)
        return lane

    async def _travel(
        self, delivery: Delivery, job: Job, send: Send, lane: Lane, turn: int, in_line: bool = True
    ) -> None:
        """One attempt: wait as the fault says, post as often as it says; one after the other, or not ``in_line``."""
        effect = effect_of(job)
        if effect.notice is not None:
            delivery.notice(effect.notice)
        if not effect.copies:
            job.shown, job.how, job.end = True, "withheld", "withheld"
            return
        if effect.held:
            await asyncio.sleep(self.deciding.phase_left(time.monotonic()))
            await self._post(delivery, job, send)  # not in line: all at once
            return
        await asyncio.sleep(effect.delay)
        overtaken = not effect.behind or await lane.overtaken(turn, effect.behind, effect.within)
        async with lane.lock if in_line else contextlib.nullcontext():
            await self._post(delivery, job, send)
        if not overtaken:
            job.shown, job.how = False, "nothing came that could overtake it"
        await lane.passes(turn)

    @staticmethod
    async def _post(delivery: Delivery, job: Job, send: Send) -> None:
        effect = effect_of(job)
        signed = True
        for _ in range(effect.copies):
            second = int(time.time())
            headers = delivery.sign(second, effect.signature)
            signed = effect.signature == "good" or headers != delivery.sign(second, "good")
            job.events += 1
            job.bytes += len(delivery.body)
            status = await send(delivery.body, headers)
            job.status = job.status if status is None else status
        answered = job.status is not None
        job.shown, job.how = answered, "written" if answered else "client_gone"
        job.end = "complete" if answered else "error"
        if not signed:
            job.shown, job.how = False, "it bears no signature that could be wrong"
