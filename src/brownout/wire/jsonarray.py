"""Cutting a JSON array that grows into its elements: how Gemini streams without ``alt=sse``. Pure; loses no byte."""

from __future__ import annotations

import re

from brownout.wire.scanning import ScanningCutter

_OUTSIDE = re.compile(rb'[\[\]{}"]')
_INSIDE = re.compile(rb'["\\]')
_OPENS = b"[{"


class JsonArrayScanner:
    """Says where elements end, chunk by chunk, and keeps no byte.

    An element is an object or an array. The end of the array counts as one more. It may begin anywhere between two
    elements, so the array's own bracket need not have been seen.
    """

    def __init__(self) -> None:
        self._began = False
        self._depth = 0  # brackets that are open, the array's own not counted
        self._quoted = False
        self._escaped = False

    def ends(self, data: bytes) -> list[int]:
        """The positions in this chunk behind which an element, or the array, has ended."""
        positions: list[int] = []
        position = 0
        while position < len(data):
            if self._quoted:
                position = self._text(data, position)
                continue
            match = _OUTSIDE.search(data, position)
            if match is None:
                break
            position = match.end()
            if self._ended(match[0]):
                positions.append(position)
        return positions

    def _text(self, data: bytes, position: int) -> int:
        """Past the end of a text, or of the chunk."""
        if self._escaped:
            self._escaped = False
            return position + 1
        match = _INSIDE.search(data, position)
        if match is None:
            return len(data)
        self._quoted, self._escaped = match[0] == b"\\", match[0] == b"\\"
        return match.end()

    def _ended(self, mark: bytes) -> bool:
        if mark == b'"':
            self._quoted = True
        elif mark in _OPENS:
            self._depth += self._began or mark == b"{"
            self._began = True
        elif self._depth > 0:
            self._depth -= 1
            return self._depth == 0
        else:
            return True
        return False


class JsonArrayCutter(ScanningCutter):
    """One event an element, with what stands before it; the end of the array is an event of its own.

    A number or a text among the elements goes with what follows it.
    """

    scanner = JsonArrayScanner
