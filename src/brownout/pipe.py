"""The pipe on which a process hangs: its stdin is held by whoever started it, and ends when that does."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable

_STDIN = 0


def at_end_of_stdin(loop: asyncio.AbstractEventLoop, then: Callable[[], None]) -> None:
    """Call ``then`` once stdin has ended. Only where that is a pipe: a terminal or a file holds nobody."""
    try:
        if not stat.S_ISFIFO(os.fstat(_STDIN).st_mode):
            return
    except OSError:
        return

    def readable() -> None:
        if not os.read(_STDIN, 4096):
            loop.remove_reader(_STDIN)
            then()

    loop.add_reader(_STDIN, readable)
