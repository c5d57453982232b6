"""Waiting inside a stream without blocking the others, and without a task left behind when the client leaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from mitmproxy.connection import Client
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layer import Layer

from brownout.edge.job import Job
from brownout.proxy.sockets import handler_of, unsent

_NOBODY: Any = object()
_LONGEST_FLUSH = 10.0
_waiting_for_their_turn: set[asyncio.Task[None]] = set()


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


def in_turn() -> int:
    """How many ticks wait until their connection has handled something else."""
    return len(_waiting_for_their_turn)


class Tick(commands.ConnectionCommand):
    """Blocks one stream for a moment. It is about a connection that nobody has, so that mitmproxy leaves it alone."""

    blocking: bool | Layer = True

    def __init__(self) -> None:
        super().__init__(_NOBODY)


@dataclass(repr=False)
class TickCompleted(events.CommandCompleted):
    """The moment is over."""

    command: Tick
    reply: None = None


def tick(client: Client, seconds: float) -> Generator[Tick, None, None]:
    """A short pause for a stream of this client: it does not notice a client that leaves.

    mitmproxy's own RequestWakeup takes two tasks for each pause, which is most of what a paced event costs.
    """
    handler = handler_of(client)
    if handler is not None:
        command = Tick()
        asyncio.get_running_loop().call_later(seconds, _resume, handler, TickCompleted(command))
        yield command


def next_turn(client: Client, layer: Layer) -> Tick | None:
    """A tick for a layer to yield, which does not pause it: it is told when everybody else had a turn of the loop.

    None where the client is gone, and nothing is told any more.
    """
    handler = handler_of(client)
    if handler is None:
        return None
    command = Tick()
    command.blocking = layer  # as if it had paused this layer: so all layers above know where the answer goes
    asyncio.get_running_loop().call_soon(_resume, handler, TickCompleted(command))
    return command


def flush(client: Client) -> Generator[Any, Any, bool]:
    """Until the kernel has taken what was sent to this client. Returns whether it was still there."""
    deadline = time.monotonic() + _LONGEST_FLUSH
    while (left := unsent(client)) and time.monotonic() < deadline:
        yield from tick(client, 0.01)
    return left == 0


def _resume(handler: Any, event: TickCompleted) -> None:
    """Hand the event to the connection: at once where nothing else is being handled, else in its turn."""
    turn = handler.server_event(event)
    lock = handler._server_event_lock
    if lock.locked() or getattr(lock, "_waiters", None):
        task = asyncio.get_running_loop().create_task(turn)
        _waiting_for_their_turn.add(task)
        task.add_done_callback(_waiting_for_their_turn.discard)
        return
    try:
        turn.send(None)  # takes the free lock, and awaits nothing else
    except StopIteration:
        return
