"""What a process holds, as the system sees it: memory, files, sockets by state, threads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import psutil

_MB = 1024 * 1024


@dataclass(frozen=True)
class Use:
    """One process at one moment. ``memory`` is the resident set in MB; ``sockets`` counts TCP sockets by state."""

    memory: float
    files: int
    threads: int
    sockets: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sample:
    """Everything at second ``t`` of the soak; ``health`` is what the proxy says of itself."""

    t: float
    proxy: Use
    standin: Use
    health: dict[str, int] = field(default_factory=dict)


def use_of(process: psutil.Process) -> Use:
    """Look at a process. Raises psutil.NoSuchProcess."""
    with process.oneshot():
        states = Counter(connection.status for connection in process.net_connections(kind="tcp"))
        return Use(process.memory_info().rss / _MB, process.num_fds(), process.num_threads(), dict(states))
