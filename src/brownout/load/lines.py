"""JSON documents, one a line, whatever the chunks they arrive in (https://github.com/ndjson/ndjson-spec). Pure."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

LINES = "application/x-ndjson"


class LineReader:
    """Feed it bytes; it gives back the lines that are complete, under the name ``line``. An empty line is none."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._rest = ""

    def feed(self, chunk: bytes) -> Iterator[tuple[str, str]]:
        """The lines that this chunk completes."""
        *lines, self._rest = (self._rest + self._decode(chunk)).split("\n")
        return (("line", line.strip()) for line in lines if line.strip())

    def close(self) -> Iterator[tuple[str, str]]:
        """The last line, which may have no end."""
        rest, self._rest = self._rest + self._decode(b"", True), ""
        return iter([("line", rest.strip())] if rest.strip() else [])
