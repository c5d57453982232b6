"""Ways in which a failure spreads, or does not: to the next calls, to other journeys, to the bill."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from brownout.selftest.apps.client import ENDS, GOOD, Failed, Platform
from brownout.selftest.apps.question import PATIENT, Question, Way
from brownout.selftest.apps.serving import answer, later

AFTER = 3
"""So many failures in a row open the breaker."""
REST = 2.0
"""Seconds for which it stays open before somebody may try again."""
LINES = 4
"""Calls at once that a pool has room for."""
LONG = 8.0
"""Seconds after which a call gives its line back that gets no answer: too long for those who wait for the line."""
TRIES = 8
"""How often the wasteful way buys an answer that breaks off."""


class Breaker:
    """Opens after a few failures, and lets one call through when it has rested."""

    def __init__(self, sound: bool) -> None:
        self.sound = sound
        self.failures = 0
        self.until = 0.0

    def lets_through(self) -> bool:
        """Whether the next question may call; where it has rested, the others wait for what this one finds out."""
        now = time.monotonic()
        if not self.sound or self.failures < AFTER:
            return True
        if now < self.until:
            return False
        self.until = now + REST
        return True

    def note(self, failed: bool) -> None:
        """What became of a call that was let through."""
        self.failures = self.failures + 1 if failed else 0
        if self.failures >= AFTER:
            self.until = time.monotonic() + REST


def ways(platform: Platform) -> dict[str, Way]:
    """All of these ways, each by its name."""
    shared, own = asyncio.Semaphore(LINES), asyncio.Semaphore(LINES)
    claude = Platform("ANTHROPIC_BASE_URL")
    return {
        "always_tries": _with_breaker(claude, platform, Breaker(sound=False)),
        "has_breaker": _with_breaker(claude, platform, Breaker(sound=True)),
        "hog": _in_pool(platform, shared, "hangs", LONG),
        "own_pool": _in_pool(platform, own, GOOD, PATIENT),
        "pays_again": _paying(platform, TRIES),
        "pays_once": _paying(platform, 1),
        "shared_pool": _in_pool(platform, shared, GOOD, PATIENT),
    }


def _with_breaker(claude: Platform, platform: Platform, breaker: Breaker) -> Way:
    async def way(question: Question) -> web.Response:
        if breaker.lets_through():
            try:
                reply = await claude.claude(question.prompt, PATIENT)
                breaker.note(failed=False)
                return answer({"reply": reply})
            except Failed:
                breaker.note(failed=True)
        try:
            return answer({"reply": await platform.answer(GOOD, question.prompt, PATIENT)})
        except Failed as error:
            return later(error.wait)

    return way


def _in_pool(platform: Platform, pool: asyncio.Semaphore, model: str, timeout: float) -> Way:
    async def way(question: Question) -> web.Response:
        async with pool:
            try:
                return answer({"reply": await platform.answer(model, question.prompt, timeout)})
            except Failed as error:
                return later(error.wait)

    return way


def _paying(platform: Platform, times: int) -> Way:
    """A way that buys an answer so often, each time to its broken end, before it asks another model."""

    async def way(question: Question) -> web.Response:
        for model in (*["cuts"] * times, GOOD):
            try:
                pieces = [each async for each in platform.pieces(model, question.prompt, PATIENT)]
            except Failed:
                continue
            if any(end in ENDS for _, end in pieces):
                return answer({"reply": "".join(piece for piece, _ in pieces)})
        return later()

    return way
