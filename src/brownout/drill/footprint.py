"""What the application holds while a drill runs: memory, threads, files and sockets of all its processes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

from brownout.drill.processes import Family
from brownout.events import AppVitals
from brownout.journal import Writer

EVERY = 1.0
"""Seconds between two looks at the application."""
SPARE = 50.0
"""A pause is so many times as long as the CPU time of the look before: looking takes 2% of a processor at most."""


@dataclass
class _Held:
    """What some processes hold together; ``spent`` is CPU seconds by process id."""

    processes: int = 0
    memory: int = 0
    threads: int = 0
    files: int = 0
    sockets: Counter[str] = field(default_factory=Counter)
    spent: dict[int, float] = field(default_factory=dict)

    def add(self, process: psutil.Process) -> None:
        """What one more of them holds. Raises psutil.Error where it cannot be looked at."""
        with process.oneshot():
            memory, times = process.memory_info(), process.cpu_times()
            threads, descriptors = process.num_threads(), process.num_fds()
            states = Counter(connection.status for connection in process.net_connections(kind="tcp"))
        self.processes += 1
        self.memory += memory.rss - getattr(memory, "shared", 0)
        self.threads += threads
        self.files += max(0, descriptors - states.total())
        self.sockets.update(states)
        self.spent[process.pid] = times.user + times.system


class Footprint:
    """Told of every beat of the drill; now and then writes down what the application that it started holds."""

    def __init__(self, journal: Writer, family: Family, every: float = EVERY) -> None:
        self._journal, self._family, self._every = journal, family, every
        self._next = 0.0
        self._last: float | None = None
        self._spent: dict[int, float] = {}

    def beat(self) -> None:
        """The drill has come round once more."""
        now = time.monotonic()
        if now < self._next:
            return
        began = time.thread_time()
        self._look(now)
        self._next = now + max(self._every, SPARE * (time.thread_time() - began))

    def _look(self, now: float) -> None:
        alive = [child for child in self._family.children if child.foreign and child.code is None]
        held = _held_by(alive[-1].tree()[1:]) if alive else _Held()  # without the lifeline that holds it, which is ours
        if not held.processes:
            self._last = None
            return
        cpu = sum(max(0.0, total - self._spent.get(pid, 0.0)) for pid, total in held.spent.items())
        if self._last is not None:
            self._journal.write(
                AppVitals(
                    t=now,
                    pid=alive[-1].process.pid,
                    processes=held.processes,
                    memory=held.memory,
                    threads=held.threads,
                    files=held.files,
                    sockets=dict(sorted(held.sockets.items())),
                    span=now - self._last,
                    cpu=round(cpu, 3),
                )
            )
        self._last, self._spent = now, held.spent


def _held_by(processes: Sequence[psutil.Process]) -> _Held:
    """What they hold; nothing where one of them cannot be looked at, for half of it would look like less."""
    held = _Held()
    for process in processes:
        try:
            held.add(process)
        except psutil.NoSuchProcess:
            continue
        except psutil.Error:
            return _Held()
    return held
