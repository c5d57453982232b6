"""Ctrl-C and SIGTERM as a question that the drill asks itself, so that it always ends in order.

The first one is remembered; the second leaves at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from brownout.drill.processes import Family
from brownout.verdict import ExitCode

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def abandon(family: Family, scratch: Path) -> None:
    """Leave behind no process, and nothing that was secret: there is no time for more."""
    family.kill()
    shutil.rmtree(scratch, ignore_errors=True)


class Interrupts:
    """While this context is open, signals are remembered in ``happened``; ``at_once`` runs before leaving on a second.

    Outside the main thread, where Python takes no signals, it only carries ``happened`` (see ``stop``).
    """

    def __init__(self, at_once: Callable[[], None] = lambda: None) -> None:
        self.happened = False
        self._signalled = False
        self.at_once = at_once
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {signum: signal.signal(signum, self._take) for signum in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    def stop(self) -> None:
        """Stop as if the first signal had come. A signal that follows counts as the first, and is obeyed in order."""
        self.happened = True

    def _take(self, signum: int, frame: FrameType | None) -> None:
        if self._signalled:
            self.at_once()
            os._exit(ExitCode.INTERRUPTED)
        self._signalled = True
        self.stop()
