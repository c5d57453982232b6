"""How the machine fares while a drill runs: how late the drill itself is, and who has the processors."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Set
from pathlib import Path

import psutil

from brownout.drill.footprint import Footprint
from brownout.drill.processes import Family
from brownout.events import Pressure
from brownout.journal import Writer
from brownout.pulse import Pulse

EVERY = 2.0
"""Seconds between two looks at the machine: each reads a file for every process that there is."""
_LOADAVG = Path("/proc/loadavg")


class Vitals:
    """Told of every beat of the drill; writes down stalls, and now and then who has the processors and holds what."""

    def __init__(self, journal: Writer, family: Family, tick: float, every: float = EVERY) -> None:
        self._journal, self._family, self._every = journal, family, every
        self._pulse = Pulse("drill", journal, tick)
        self._footprint = Footprint(journal, family)
        self._cores = psutil.cpu_count() or 1
        self._last = time.monotonic()
        self._busy = _busy()
        self._totals: dict[int, float] = {}
        self._spent_since()

    def beat(self) -> None:
        """The drill has come round once more; now and then the machine is looked at."""
        self._pulse.beat()
        self._footprint.beat()
        now = time.monotonic()
        if now - self._last >= self._every:
            self._look(now, now - self._last)
            self._last = now

    def _look(self, now: float, span: float) -> None:
        all_of_it = span * self._cores
        busy, before = _busy(), self._busy
        spent = self._spent_since()
        app = sum(spent.get(child.process.pid, 0.0) for child in self._family.children if child.foreign)
        ours = sum(spent.get(child.process.pid, 0.0) for child in self._family.children if not child.foreign)
        ours += spent.get(os.getpid(), 0.0)
        used, self._busy = busy - before, busy
        told = any(child.foreign for child in self._family.children)
        self._journal.write(
            Pressure(
                t=now,
                span=span,
                app=_share(app, all_of_it) if told else None,
                ours=_share(ours, all_of_it),
                others=_share(used - app - ours, all_of_it) if told else None,
                queue=round(_runnable() / self._cores, 2),
            )
        )

    def _spent_since(self) -> dict[int, float]:
        """CPU seconds since the last look, of each part and of the drill, with all that they started."""
        parents, totals = {}, {}
        for process in psutil.process_iter(["ppid", "cpu_times"]):
            times = process.info["cpu_times"]
            if times is not None:
                parents[process.pid] = process.info["ppid"]
                totals[process.pid] = times.user + times.system
        roots = {os.getpid(), *(child.process.pid for child in self._family.children)}
        spent: dict[int, float] = {}
        for pid, total in totals.items():
            root = _root_of(pid, parents, roots)
            if root is not None:
                spent[root] = spent.get(root, 0.0) + max(0.0, total - self._totals.get(pid, 0.0))
        self._totals = totals
        return spent


def _root_of(pid: int, parents: Mapping[int, int | None], roots: Set[int]) -> int | None:
    """The nearest of these processes that started another one, itself included; None where none did."""
    above: int | None = pid
    while above and above not in roots:
        above = parents.get(above)
    return above or None


def _busy() -> float:
    """CPU seconds that all processors together have worked since the machine was started."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)


def _runnable() -> float:
    """How many programs want to run at this moment; where the system does not say, over the last minute."""
    try:
        return float(_LOADAVG.read_text().split()[3].partition("/")[0])
    except (OSError, ValueError, IndexError):
        return os.getloadavg()[0]


def _share(part: float, whole: float) -> float:
    return round(min(1.0, max(0.0, part / whole)), 3) if whole > 0 else 0.0
