"""Cutting a byte stream into the events of its framing, whatever the chunks it arrives in. Pure; loses no byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from brownout.dialects.eventstream import CONTENT_TYPE, EventStreamCutter
from brownout.dialects.jsonarray import JsonArrayCutter, JsonArrayScanner

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

    It counts what goes by, and holds nothing back: only of binary frames it keeps the one that has not ended.
    """
    essence = _essence(content_type)
    if essence == "text/event-stream":
        return lambda data: data.count(b"\n\n") + data.count(b"\r\n\r\n")
    if essence == CONTENT_TYPE:
        return _count_frames(EventStreamCutter())
    if essence == "application/json" and streamed:
        return _count_elements(JsonArrayScanner())
    return (lambda data: data.count(b"\n")) if essence in _LINES else None


def _count_elements(scanner: JsonArrayScanner) -> Callable[[bytes], int]:
    return lambda data: len(scanner.ends(data))


def _count_frames(cutter: EventStreamCutter) -> Callable[[bytes], int]:
    def count(data: bytes) -> int:
        ended = len(cutter.feed(data)) if cutter.readable else 0
        return ended if cutter.readable else max(0, ended - 1)

    return count
