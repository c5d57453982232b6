"""How fast the stand-in answers: the moment of every token, drawn by hash, and waiting for it. Seconds."""

from __future__ import annotations

import asyncio

from brownout.calls import canary
from brownout.chance import uniform
from brownout.dialects.openai.common import digest
from brownout.exchange import Call
from brownout.orders import Pace

LONGEST_GAP = 60.0
_LONGEST = 1_000
"""Characters of a text that are hashed for each of its tokens; of a longer one it is a digest."""


def salt_of(call: Call) -> str:
    """What the moments of an answer are drawn by: the canary of what was said, else the words."""
    mark = canary.find(call.text)
    return mark or (call.text if len(call.text) <= _LONGEST else digest(call.text))


def first(pace: Pace, seed: int, salt: str) -> float:
    """When the first token is due, in seconds from the request."""
    return max(0.0, pace.first_token + (2 * uniform(seed, "first", salt) - 1) * pace.first_token_jitter)


def schedule(pace: Pace, seed: int, salt: str, count: int) -> tuple[float, ...]:
    """When each of ``count`` events is due, in seconds from the request: never before the one ahead of it."""
    gap = min(1 / pace.tokens_per_second, LONGEST_GAP) if pace.tokens_per_second > 0 else 0.0
    moments: list[float] = []
    due = first(pace, seed, salt)
    for index in range(count):
        moments.append(due)
        due += gap * max(0.0, 1 + (2 * uniform(seed, "gap", salt, str(index)) - 1) * pace.jitter)
    return tuple(moments)


async def until(moment: float) -> None:
    """Wait for a moment of the event loop's clock; absolute moments do not drift under load."""
    delay = moment - asyncio.get_running_loop().time()
    if delay > 0:
        await asyncio.sleep(delay)
