"""Cutting a byte stream into the events of its framing, whatever the chunks it arrives in. Pure; loses no byte."""

from __future__ import annotations

import re
from typing import Protocol

# A blank line ends an event: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
_SSE_END = re.compile(rb"(?:\r\n\r\n|\r\n\n|\n\r\n|\n\n|\r\r(?!\n))")


class Cutter(Protocol):
    """Feed it chunks; it gives back whole events, and at the end whatever is left."""

    def feed(self, data: bytes) -> list[bytes]:
        """The events completed by this chunk, each with its terminator."""

    def rest(self) -> bytes:
        """The bytes of an event that has not ended."""


class SseCutter:
    """Server-sent events."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The events completed by this chunk, each with its terminator."""
        self._buffer += data
        events: list[bytes] = []
        start = 0
        for match in _SSE_END.finditer(self._buffer):
            if match.end() == len(self._buffer) and match.group().endswith(b"\r"):
                break  # a line feed may follow and belong to this end of line
            events.append(self._buffer[start : match.end()])
            start = match.end()
        self._buffer = self._buffer[start:]
        return events

    def rest(self) -> bytes:
        """The bytes of an event that has not ended."""
        left, self._buffer = self._buffer, b""
        return left


class LineCutter:
    """One event a line."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines completed by this chunk, each with its end."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        return [line + b"\n" for line in lines]

    def rest(self) -> bytes:
        """The bytes of a line that has not ended."""
        left, self._buffer = self._buffer, b""
        return left


def cutter_for(content_type: str) -> Cutter | None:
    """A cutter for a response's content type, or None where its body is not a stream of events."""
    essence = content_type.partition(";")[0].strip().lower()
    if essence == "text/event-stream":
        return SseCutter()
    if essence in ("application/x-ndjson", "application/jsonl"):
        return LineCutter()
    return None
