"""Waiting inside a stream without blocking the others, and without a task left behind when the client leaves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from mitmproxy.proxy import commands, events

from brownout.proxy.job import Job


@dataclass
class WaitHook(commands.StartHook):
    """Blocks one stream until its job is woken or time is up. Disarms mitmproxy's inactivity watchdog meanwhile."""

    name = "brownout_wait"
    order: tuple[Job, float]


async def wait(order: tuple[Job, float]) -> None:
    """The addon's side of a WaitHook."""
    job, seconds = order
    if job.wake.is_set():
        return
    try:
        async with asyncio.timeout(seconds):
            await job.wake.wait()
    except TimeoutError:
        return


class Tick(commands.RequestWakeup):
    """A short pause that blocks one stream: half the price of a hook, but it does not notice a client that leaves."""

    def __init__(self, delay: float) -> None:
        super().__init__(delay)
        self.blocking = True


# A blocking command is answered with its event's ``reply``; mitmproxy's Wakeup has none because it never blocks.
if not hasattr(events.Wakeup, "reply"):
    events.Wakeup.reply = None
