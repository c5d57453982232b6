"""Server-sent events as a browser reads them, whatever the chunks they arrive in. Pure.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from brownout.load.lines import ANY, Cutter


class EventReader:
    """Feed it bytes; it gives back the events that are complete, as name and data. An event without data is none."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._cutter = Cutter(ANY)
        self._name = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[tuple[str, str]]:
        """The events that this chunk completes."""
        for line in self._cutter.feed(self._decode(chunk)):
            event = self._take(line)
            if event is not None:
                yield event

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
