"""Cutting a byte stream into the events of its framing, whatever the chunks it arrives in. Pure; loses no byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from brownout.wire.eventstream import CONTENT_TYPE, EventStreamCutter
from brownout.wire.jsonarray import JsonArrayCutter, JsonArrayScanner
from brownout.wire.scanning import Scanner, ScanningCutter

# A blank line ends an event, and a line ends with CRLF, LF or CR:
# https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
# Written out twice instead of with {2}: then the engine looks for the first byte of an end, several times as fast.
_LINE_END = rb"(?:\r\n|\n|\r(?!\n))"
_SSE_END = re.compile(_LINE_END + _LINE_END)
_LONGEST_END = 4


class Cutter(Protocol):
    """Feed it chunks; it gives back whole events, and at the end whatever is left."""

    def feed(self, data: bytes) -> list[bytes]:
        """The events completed by this chunk, each with its terminator."""

    def rest(self) -> bytes:
        """The bytes of an event that has not ended."""


class SseScanner:
    """Says where server-sent events end, chunk by chunk, and keeps at most three bytes: a blank line that has begun."""

    def __init__(self) -> None:
        self._tail = b""

    def ends(self, data: bytes) -> list[int]:
        """The positions in this chunk behind which an event has ended; 0 where it ended with the chunk before."""
        seen = self._tail + data
        before = len(self._tail)
        positions: list[int] = []
        start = 0
        while match := _SSE_END.search(seen, start):
            end = match.end()
            if end == len(seen) and seen.endswith(b"\r"):
                break  # a line feed may follow and belong to this end of line
            positions.append(end - before)
            start = end
        self._tail = seen[max(start, len(seen) - _LONGEST_END + 1) :]
        return positions


class SseCutter(ScanningCutter):
    """Server-sent events, each with its blank line."""

    scanner = SseScanner


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


_LINES = ("application/x-ndjson", "application/jsonl")


def _essence(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def cutter_for(content_type: str, streamed: bool = False) -> Cutter | None:
    """A cutter for a response's content type, or None where its body is not a stream of events.

    ``streamed``: it answers a call that asked for a stream, so that JSON is taken for an array that grows.
    """
    essence = _essence(content_type)
    if essence == "text/event-stream":
        return SseCutter()
    if essence == CONTENT_TYPE:
        return EventStreamCutter()
    if essence == "application/json" and streamed:
        return JsonArrayCutter()
    return LineCutter() if essence in _LINES else None


def counter_for(content_type: str, streamed: bool = False) -> Callable[[bytes], int] | None:
    """How many events each chunk of a body ends, or None where it is not a stream of events.

    It counts what the cutter would cut, and holds nothing back: only of binary frames it keeps the one that has
    not ended, and what is no frame it does not count.
    """
    essence = _essence(content_type)
    if essence == "text/event-stream":
        return _count_ends(SseScanner())
    if essence == CONTENT_TYPE:
        return _count_frames(EventStreamCutter())
    if essence == "application/json" and streamed:
        return _count_ends(JsonArrayScanner())
    return (lambda data: data.count(b"\n")) if essence in _LINES else None


def _count_ends(scanner: Scanner) -> Callable[[bytes], int]:
    return lambda data: len(scanner.ends(data))


def _count_frames(cutter: EventStreamCutter) -> Callable[[bytes], int]:
    def count(data: bytes) -> int:
        ended = len(cutter.feed(data)) if cutter.readable else 0
        return ended if cutter.readable else max(0, ended - 1)

    return count
