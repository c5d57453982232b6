"""The end of a channel, told to the application at its times: once that it is planned, and once that it has come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from brownout.dialects.whatsapp.webhooks import BanState
from brownout.scenario import ChannelEnd
from brownout.standin.beginning import Beginning

_LOOK = 0.02
"""Seconds between two looks at whether the timeline has begun."""
Tell = Callable[[BanState, date], None]


class Ends:
    """``speed`` is incident seconds a second. ``tell`` gets what becomes of the account, and on which day it ends."""

    def __init__(self, end: ChannelEnd, speed: float, beginning: Beginning, tell: Tell) -> None:
        self._end, self._speed, self._beginning, self._tell = end, speed, beginning, tell

    async def run(self) -> None:
        """Wait for the timeline, and for each of its two times."""
        while (zero := self._beginning.zero) is None:
            await asyncio.sleep(_LOOK)
        for at, state in self._notices():
            await asyncio.sleep(zero + at / self._speed - time.monotonic())
            self._tell(state, day_of(self._end.deadline - at, time.time()))

    def _notices(self) -> Iterator[tuple[float, BanState]]:
        if self._end.announced is not None:
            yield self._end.announced, "SCHEDULE_FOR_DISABLE"
        yield self._end.deadline, "DISABLE"


def day_of(left: float, now: float) -> date:
    """The day (UTC) that is so many incident seconds after Unix second ``now``."""
    return (datetime.fromtimestamp(now, UTC) + timedelta(seconds=left)).date()
