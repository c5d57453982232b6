"""A loop of ours that comes round too late writes down by how much."""

from __future__ import annotations

import asyncio
import time

import pytest

from brownout.journal import MemoryJournal
from brownout.pulse import LEAST, TICK, Pulse, keep


@pytest.mark.parametrize(
    ("beats", "late"),
    [([TICK, TICK], []), ([TICK + LEAST * 0.9], []), ([TICK, 5.0, TICK], [5.0 - TICK]), ([1.1, 2.1], [1.0, 2.0])],
)
def test_each_late_beat_is_a_row_and_no_other(
    beats: list[float], late: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    journal = MemoryJournal()
    pulse = Pulse("proxy", journal)

    for beat in beats:
        now += beat
        pulse.beat()

    assert [row["late"] for row in journal.rows] == pytest.approx(late)
    assert all(row["kind"] == "stall" and row["name"] == "proxy" for row in journal.rows)


def test_whoever_blocks_the_loop_is_seen() -> None:
    journal = MemoryJournal()

    async def blocked() -> None:
        beating = asyncio.create_task(keep("stand-in", journal))
        await asyncio.sleep(0)
        time.sleep(TICK + LEAST * 2)  # the very thing
        while not journal.rows:
            await asyncio.sleep(TICK)
        beating.cancel()

    asyncio.run(blocked())

    assert journal.rows[0]["late"] >= LEAST
