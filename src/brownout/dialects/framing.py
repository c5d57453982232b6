"""Cutting a byte stream into the events of its framing, whatever the chunks it arrives in. Pure; loses no byte."""

from __future__ import annotations

import re
from typing import Protocol

# A blank line ends an event, and a line ends with CRLF, LF or CR:
# https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
_SSE_END = re.compile(rb"(?:\r\n|\n|\r(?!\n)){2}")
_LONGEST_END = 4


class Cutter(Protocol):
    """Feed it chunks; it gives back whole events, and at the end whatever is left."""

    def feed(self, data: bytes) -> list[bytes]:
        """The events completed by this chunk, each with its terminator."""

    def rest(self) -> bytes:
        """The bytes of an event that has not ended."""


class SseCutter:
    """Server-sent events."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0  # no end of an event begins before here: a huge event is not read again with each chunk

    def feed(self, data: bytes) -> list[bytes]:
        """The events completed by this chunk, each with its terminator."""
        self._buffer += data
        events: list[bytes] = []
        start = 0
        while match := _SSE_END.search(self._buffer, self._searched):
            end = match.end()
            if end == len(self._buffer) and self._buffer.endswith(b"\r"):
                break  # a line feed may follow and belong to this end of line
            events.append(bytes(self._buffer[start:end]))
            start = self._searched = end
        del self._buffer[:start]
        self._searched = max(self._searched - start, len(self._buffer) - _LONGEST_END + 1)
        return events

    def rest(self) -> bytes:
        """The bytes of an event that has not ended."""
        left = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return left


class LineCutter:
    """One event a line."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> list[bytes]:
        """The lines completed by this chunk, each with its end."""
        first, *more = data.split(b"\n")
        self._pieces.append(first)
        if not more:
            return []
        lines = [self.rest(), *more[:-1]]
        self._pieces = [more[-1]]
        return [line + b"\n" for line in lines]

    def rest(self) -> bytes:
        """The bytes of a line that has not ended."""
        left = b"".join(self._pieces)
        self._pieces = []
        return left


def cutter_for(content_type: str) -> Cutter | None:
    """A cutter for a response's content type, or None where its body is not a stream of events."""
    essence = content_type.partition(";")[0].strip().lower()
    if essence == "text/event-stream":
        return SseCutter()
    if essence in ("application/x-ndjson", "application/jsonl"):
        return LineCutter()
    return None
