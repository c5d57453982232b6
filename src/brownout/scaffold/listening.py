"""Where a program that was just started listens: looked up among its processes, and not guessed."""

from __future__ import annotations

import contextlib
import time

import psutil

from brownout.drill.processes import Child

_HERE = ("127.0.0.1", "0.0.0.0", "::", "::1")
_PAUSE = 0.1
"""Seconds between two looks at all processes, which cost more than asking does."""
_STEADY = 1.0
"""Seconds that a program has to listen on another port than the one it was given, until that is where it is."""


class Listening:
    """The port that a program takes: at once the one it was given, any other only when that lasts."""

    def __init__(self, wanted: int) -> None:
        self.port: int | None = None
        self._wanted = wanted
        self._since: dict[int, float] = {}
        self._next = 0.0

    def look(self, child: Child) -> bool:
        """Whether the port is known by now."""
        now = time.monotonic()
        if now < self._next:
            return False
        ports, self._next = ports_of(child), now + _PAUSE
        self._since = {port: self._since.get(port, now) for port in ports}
        lasting = [port for port in ports if now - self._since[port] >= _STEADY]
        self.port = self._wanted if self._wanted in ports else next(iter(lasting), None)
        return self.port is not None


def ports_of(child: Child) -> list[int]:
    """The ports on which it, or anything that it started, takes connections of this machine."""
    ports: set[int] = set()
    for process in child.tree():
        with contextlib.suppress(psutil.Error, OSError):
            ports |= {
                connection.laddr.port
                for connection in process.net_connections("tcp")
                if connection.status == psutil.CONN_LISTEN and connection.laddr.ip in _HERE
            }
    return sorted(ports)
