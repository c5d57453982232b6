"""How late a loop of ours is: the proof that a part stood still, and that the application did not. Pure but for sleep.

A part whose loop is stopped, starved or busy with one thing keeps everybody waiting who talks to it. Users then meet
what the application is not to blame for; ``brownout.judging.doubt`` sees to it.
"""

from __future__ import annotations

import asyncio
import time

from brownout.events import Stall
from brownout.journal import Writer

TICK = 0.1
"""Seconds between two beats."""
LEAST = 0.25
"""Seconds of lateness that are worth a row: less is what any busy machine does now and then."""


class Pulse:
    """Told of every beat of a loop, writes down those that came late."""

    def __init__(self, name: str, journal: Writer, tick: float = TICK) -> None:
        self._name, self._journal, self._tick = name, journal, tick
        self._last = time.monotonic()

    def beat(self) -> None:
        """The loop is at work; it should have been ``tick`` seconds after the last time."""
        now = time.monotonic()
        late = now - self._last - self._tick
        self._last = now
        if late >= LEAST:
            self._journal.write(Stall(t=now, name=self._name, late=late))


async def keep(name: str, journal: Writer) -> None:
    """Beat in the running loop until cancelled."""
    pulse = Pulse(name, journal)
    while True:
        await asyncio.sleep(TICK)
        pulse.beat()
