"""What is played: an application with its journeys, a day on which the platform fails, and a good one."""

from __future__ import annotations

from brownout.selftest.benches import asked, bot, kept, small
from brownout.selftest.benches.base import Bench

BENCHES: dict[str, Bench] = {bench.name: bench for bench in (asked.BENCH, bot.BENCH, kept.BENCH, *small.BENCHES)}
"""In the order in which they are played."""

__all__ = ["BENCHES", "Bench"]
