"""Cutting a byte stream where a scanner says that events end. Pure; loses no byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol


class Scanner(Protocol):
    """Reads a stream chunk by chunk, and says where events end. It keeps only what it needs for that."""

    def ends(self, data: bytes) -> list[int]:
        """The positions in this chunk behind which an event has ended, in their order."""


class ScanningCutter:
    """Cuts a stream into the events that its scanner finds, and keeps the one that has not ended.

    A huge event is not read again with each chunk.
    """

    scanner: ClassVar[Callable[[], Scanner]]

    def __init__(self) -> None:
        self._scanner = type(self).scanner()
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The events completed by this chunk, each whole."""
        events: list[bytes] = []
        start = 0
        for end in self._scanner.ends(data):
            events.append(bytes(self._buffer) + data[start:end])
            self._buffer.clear()
            start = end
        self._buffer += data[start:]
        return events

    def rest(self) -> bytes:
        """The bytes of an event that has not ended. The cutter begins anew."""
        left = bytes(self._buffer)
        self._buffer.clear()
        self._scanner = type(self).scanner()
        return left
