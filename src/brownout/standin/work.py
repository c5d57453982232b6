"""Long work, done beside the loop: steps that touch nothing but their own request, with what is kept in between.

A thread gives Python's lock up every few milliseconds, between one of its instructions and the next. So whoever
else asks is answered meanwhile; what one instruction does (to read one JSON, to search one text) still holds everybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

from brownout.exchange import Request

T = TypeVar("T")
Steps: TypeAlias = Generator[Callable[[], Any], Any, T]
"""Gives out pure work, wants what came of it, and does by itself, in the loop, what others may see."""
LONG = 65_536
"""Bytes of a body from which on reading and answering it are long work."""


def at_once(steps: Steps[T]) -> T:
    """What the steps lead to, with all work done here and now."""
    came = None
    while True:
        try:
            work = steps.send(came)
        except StopIteration as end:
            value: T = end.value
            return value
        came = work()


async def in_turns(steps: Steps[T], long: bool) -> T:
    """What the steps lead to; ``long`` work is done in threads, and the loop answers others meanwhile."""
    if not long:
        return at_once(steps)
    came = None
    while True:
        try:
            work = steps.send(came)
        except StopIteration as end:
            value: T = end.value
            return value
        came = await asyncio.to_thread(work)


def is_long(service: str, request: Request) -> bool:
    """Whether to answer may take long: a long prompt, or embeddings, of which a short one may ask for thousands."""
    return len(request.body) > LONG or service.endswith(".embeddings")
