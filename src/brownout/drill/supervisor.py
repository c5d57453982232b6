"""What follows when the application's process ends: a restart, where the profile wants it; else the drill's end."""

from __future__ import annotations

import time
from collections.abc import Callable

from brownout.drill.application import Application
from brownout.drill.processes import Family

FIRST_DELAY = 0.1
LONGEST_DELAY = 5.0
SETTLED = 10.0
"""Seconds. As Docker does it: the pause doubles each time, until the process has lived for ten seconds.
https://docs.docker.com/reference/cli/docker/container/run/#restart"""
LAST_ROWS = 1.0
"""Seconds after a death without restart in which users and proxies still write down what they saw of it."""


class Supervisor:
    """Told when the application's process has ended, and asked all the time what is to be done."""

    def __init__(self, application: Application, family: Family, now: Callable[[], float] = time.monotonic) -> None:
        self._application, self._family, self._now = application, family, now
        self._began = now()
        self._delay = FIRST_DELAY
        self._due: float | None = None
        self._died: float | None = None

    @property
    def mourns(self) -> bool:
        """Whether it is dead for good."""
        return self._died is not None

    def ended(self) -> None:
        """Take note that the process of the application ended by itself."""
        start, now = self._application.profile.start, self._now()
        if start is None or not start.restart:
            self._died = now if self._died is None else self._died
            return
        lived = now - self._began
        self._delay = FIRST_DELAY if lived >= SETTLED else self._delay
        self._due = now + self._delay
        self._delay = min(2 * self._delay, LONGEST_DELAY)

    def look(self) -> str:
        """Start it again when that is due; why the drill should stop, or nothing. Raises HarnessError."""
        now = self._now()
        if self._due is not None and now >= self._due:
            self._due, self._began = None, now
            self._application.start_again(self._family)
        if self._died is None or now < self._died + LAST_ROWS:
            return ""
        child = self._application.child
        how = child.end_in_words() if child is not None else "ended"
        return f"the application {how}, and nothing starts it again"
