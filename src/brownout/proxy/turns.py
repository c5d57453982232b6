"""One busy connection does not keep the others waiting: between its portions, everybody else has a turn of the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

PIECE = 16_384
"""Bytes that are read in one go: they may be some thousand chunks, or some hundred events."""
PORTION = 8
"""Frames of HTTP/2 that begin or end a stream, and are handled in one go: each may be a whole exchange."""
_PREFACE = 24  # bytes that a client says before its first frame: https://www.rfc-editor.org/rfc/rfc9113#section-3.4
_HEAD = 9  # bytes before each frame's payload: https://www.rfc-editor.org/rfc/rfc9113#section-4.1
_HEADERS, _RST_STREAM = 0x1, 0x3


class FairReader(asyncio.StreamReader):
    """Reads as its base does, but one thing after the other, with a turn of the loop in between.

    asyncio's own gives out whatever it holds without a pause, up to some hundred kilobytes, and its reader handles
    all of it before anybody else is heard. ``held``: what was read before is still being handled, portion by portion.
    """

    held = False

    async def read(self, n: int = -1) -> bytes:
        """The next bytes, ``n`` and ``PIECE`` at most."""
        while self.held:
            await asyncio.sleep(0)
        data = await super().read(PIECE if n < 0 else min(n, PIECE))
        if len(data) == PIECE:
            await asyncio.sleep(0)
        return data


def share(reader: object) -> None:
    """Make asyncio's reader of a connection a fair one; any other is left as it is."""
    if type(reader) is asyncio.StreamReader:
        reader.__class__ = FairReader


def hold(reader: object, held: bool) -> None:
    """Have a fair reader wait, or go on."""
    if isinstance(reader, FairReader):
        reader.held = held


class Portions:
    """Cuts what a client of HTTP/2 says, in the order in which it comes; no byte is lost or changed."""

    def __init__(self) -> None:
        self._skip = _PREFACE  # bytes until the next frame begins
        self._head = b""  # what came of the next frame's head

    def of(self, data: bytes) -> Iterator[bytes]:
        """The same bytes, in portions of ``PORTION`` frames that begin or end a stream."""
        start = at = busy = 0
        while at < len(data):
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
            else:
                step = min(_HEAD - len(self._head), len(data) - at)
                self._head += data[at : at + step]
            at += step
            if len(self._head) == _HEAD:
                busy += self._head[3] in (_HEADERS, _RST_STREAM)
                self._skip, self._head = int.from_bytes(self._head[:3]), b""
            if busy == PORTION and not self._skip:
                yield data[start:at]
                start, busy = at, 0
        if start < len(data):
            yield data[start:]
