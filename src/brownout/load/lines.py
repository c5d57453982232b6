"""Lines, whatever the chunks they arrive in, and JSON documents, one a line. Pure. https://github.com/ndjson/ndjson-spec"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

LINES = "application/x-ndjson"
FEED = re.compile(r"\n")
"""Lines of JSON documents: a CR is white space inside them."""
ANY = re.compile(r"\r\n|\n|\r")


class Cutter:
    """Cuts text into lines by ``end``, a pattern. Each letter is looked at once, however long its line is.

    Where a line may end in CR or in CR LF, a CR at the end of a text waits for what follows it.
    """

    def __init__(self, end: re.Pattern[str]) -> None:
        self._end = end
        self._waits = end.fullmatch("\r") is not None
        self._pieces: list[str] = []
        self._returned = False

    def feed(self, text: str) -> list[str]:
        """The lines that this text completes, without their ends."""
        if not text:
            return []
        text, self._returned = ("\r" if self._returned else "") + text, self._waits and text.endswith("\r")
        *lines, rest = self._end.split(text[:-1] if self._returned else text)
        if lines:
            lines[0] = "".join([*self._pieces, lines[0]])
            self._pieces = []
        self._pieces.append(rest)
        return lines

    def rest(self) -> str:
        """What has no end yet; it is given once."""
        rest = "".join(self._pieces)
        self._pieces, self._returned = [], False
        return rest


class LineReader:
    """Feed it bytes; it gives back the lines that are complete, under the name ``line``. An empty line is none."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._cutter = Cutter(FEED)

    def feed(self, chunk: bytes) -> Iterator[tuple[str, str]]:
        """The lines that this chunk completes."""
        return (("line", line.strip()) for line in self._cutter.feed(self._decode(chunk)) if line.strip())

    def close(self) -> Iterator[tuple[str, str]]:
        """The last line, which may have no end."""
        lines = [*self._cutter.feed(self._decode(b"", True)), self._cutter.rest()]
        return (("line", line.strip()) for line in lines if line.strip())
