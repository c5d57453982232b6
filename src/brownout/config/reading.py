"""Reading what somebody named as a file: a file, or what a pipe brings, within bounds of size and time."""

from __future__ import annotations

import os
import select
import stat
import time
from typing import Final

MAX_BYTES: Final = 1_000_000
WAIT: Final = 5.0
"""Seconds in which something has to come through a pipe."""
_PIECE = 65_536
_KINDS = {
    stat.S_IFDIR: "a directory, and no file",
    stat.S_IFCHR: "a device, and no file",
    stat.S_IFBLK: "a device, and no file",
    stat.S_IFSOCK: "a socket, and no file",
}
_piped: dict[tuple[str, int, int], bytes] = {}
"""What came through a pipe, by its path and inode: it comes once, and more than one part of a command reads it."""


class Unreadable(Exception):
    """Why nothing can be read there, in words."""


def is_pipe(file: str | os.PathLike[str]) -> bool:
    """Whether a path is that of a pipe, such as ``<(command)`` of a shell gives."""
    try:
        return stat.S_ISFIFO(os.stat(file).st_mode)
    except (OSError, ValueError):
        return False


def content(file: str, wait: float | None = None) -> bytes:
    """The bytes of a file, or of a pipe to its end. Raises Unreadable."""
    try:
        # else the opening of a pipe that nobody writes to would last for ever
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError:
        raise Unreadable("no such file") from None
    except (OSError, ValueError) as error:
        raise Unreadable(_in_words(file, error)) from None
    try:
        return _content(file, descriptor, WAIT if wait is None else wait)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None
    finally:
        os.close(descriptor)


def _in_words(file: str, error: OSError | ValueError) -> str:
    try:
        kind = _KINDS.get(stat.S_IFMT(os.stat(file).st_mode))
    except (OSError, ValueError):
        kind = None
    return kind or getattr(error, "strerror", None) or str(error)


def _content(file: str, descriptor: int, wait: float) -> bytes:
    about = os.fstat(descriptor)
    kind = _KINDS.get(stat.S_IFMT(about.st_mode))
    if kind is not None:
        raise Unreadable(kind)
    if not stat.S_ISFIFO(about.st_mode):
        return _to_the_end(descriptor, None)
    key = (file, about.st_dev, about.st_ino)
    if key not in _piped:
        _piped[key] = _to_the_end(descriptor, time.monotonic() + wait)
    return _piped[key]


def _to_the_end(descriptor: int, until: float | None) -> bytes:
    data = bytearray()
    while True:
        if until is not None and not select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
            raise Unreadable("nothing comes through this pipe, or no end of it; is something writing to it?")
        piece = os.read(descriptor, _PIECE)
        data += piece
        if len(data) > MAX_BYTES:
            raise Unreadable(f"larger than {MAX_BYTES:,} bytes; this cannot be meant")
        if not piece:
            return bytes(data)
