"""Server-sent events as a browser reads them, whatever the chunks they arrive in. Pure.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r(?!\Z))")  # a return at the very end may still get its line feed


class EventReader:
    """Feed it bytes; it gives back the events that are complete, as name and data. An event without data is none."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._rest = ""
        self._name = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[tuple[str, str]]:
        """The events that this chunk completes."""
        text = self._rest + self._decode(chunk)
        end = 0
        for match in _LINE.finditer(text):
            end = match.end()
            event = self._take(match[1])
            if event is not None:
                yield event
        self._rest = text[end:]

    def _take(self, line: str) -> tuple[str, str] | None:
        if not line:
            event = (self._name or "message", "\n".join(self._data)) if self._data else None
            self._name, self._data = "", []
            return event
        field, _, value = line.partition(":")
        if field == "event":
            self._name = value.removeprefix(" ")
        elif field == "data":
            self._data.append(value.removeprefix(" "))
        return None
