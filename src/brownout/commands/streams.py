"""Standard output and error as commands use them: what cannot be shown is escaped, and nothing there ends a drill."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TextIO

ESCAPED = "backslashreplace"
"""How a letter comes out that the terminal's encoding has not: ``\\u2014``."""


class Steady(io.FileIO):
    """Writes to a descriptor until that fails, and from then on to nobody. ``lost`` says why."""

    lost: OSError | None = None

    def write(self, data: object) -> int:
        """Take all bytes, and pass them on where somebody reads them."""
        if self.lost is None:
            try:
                return super().write(data) or 0  # type: ignore[arg-type]
            except OSError as error:
                self.lost = error
        return memoryview(data).nbytes  # type: ignore[arg-type]


def settle() -> None:
    """Make both streams of this process steady. Where one was closed, what is written there goes nowhere."""
    sys.stdout = _steady(sys.stdout, 1)
    sys.stderr = _steady(sys.stderr, 2)


def complaint() -> str | None:
    """What to tell on standard error of output that was lost; None where nobody missed it, or a reader had enough."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    lost = raw.lost if isinstance(raw, Steady) else None
    if lost is None or lost.errno in (errno.EPIPE, errno.EBADF):
        return None
    return f"brownout: what was written on standard output is lost: {lost.strerror or lost}"


def _steady(stream: TextIO | None, descriptor: int) -> TextIO:
    if stream is None:  # https://docs.python.org/3/library/sys.html#sys.__stdout__
        return open(os.devnull, "w", encoding="utf-8")
    try:
        stream.flush()
        if stream.fileno() != descriptor:
            return stream
    except (OSError, ValueError):  # somebody put something else there, which is theirs to keep
        return stream
    raw = Steady(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=ESCAPED,
        line_buffering=raw.isatty() or descriptor == 2,
    )
