"""How the machine fares while a drill runs: how late the drill itself is, and who has the processors."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from brownout.drill.processes import Child, Family
from brownout.events import Pressure
from brownout.journal import Writer
from brownout.pulse import Pulse

EVERY = 1.0
"""Seconds between two looks at the machine."""
_LOADAVG = Path("/proc/loadavg")


class Vitals:
    """Told of every beat of the drill; writes down stalls, and once a second who has the processors."""

    def __init__(self, journal: Writer, family: Family, tick: float) -> None:
        self._journal, self._family = journal, family
        self._pulse = Pulse("drill", journal, tick)
        self._cores = psutil.cpu_count() or 1
        self._last = time.monotonic()
        self._busy = _busy()
        self._spent: dict[int, float] = {}
        self._spent_of(self._family.children)

    def beat(self) -> None:
        """The drill has come round once more; now and then the machine is looked at."""
        self._pulse.beat()
        now = time.monotonic()
        if now - self._last >= EVERY:
            self._look(now, now - self._last)
            self._last = now

    def _look(self, now: float, span: float) -> None:
        all_of_it = span * self._cores
        busy, before = _busy(), self._busy
        app = self._spent_of(child for child in self._family.children if child.foreign)
        ours = self._spent_of(child for child in self._family.children if not child.foreign) + self._own()
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

    def _spent_of(self, children: Iterable[Child]) -> float:
        """CPU seconds that these and all that they started have spent since they were asked for last."""
        return sum(self._spent_by(process) for child in children for process in child.tree())

    def _own(self) -> float:
        return self._spent_by(psutil.Process())

    def _spent_by(self, process: psutil.Process) -> float:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total = times.user + times.system
            before = self._spent.get(process.pid, total)
            self._spent[process.pid] = total
            return max(0.0, total - before)
        return 0.0


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
