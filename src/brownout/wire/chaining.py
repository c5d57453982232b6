"""Several edits of one answer, one after the other. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from brownout.effects import Edit, Editor


@dataclass(frozen=True, slots=True)
class Chain:
    """Several edits, one after the other: each gets what the one before has made of the stream."""

    edits: tuple[Edit, ...]

    def editor(self) -> _Chained:
        return _Chained(tuple(edit.editor() for edit in self.edits))

    def body(self, data: bytes) -> bytes:
        """A plain answer, changed by each edit in turn."""
        for edit in self.edits:
            data = edit.body(data)
        return data


class _Chained:
    def __init__(self, editors: tuple[Editor, ...]) -> None:
        self._editors = editors
        self._counts = [0] * len(editors)

    def feed(self, index: int, event: bytes) -> tuple[bytes, ...]:
        return self._through(0, (event,))

    def rest(self) -> tuple[bytes, ...]:
        out: tuple[bytes, ...] = ()
        for place, editor in enumerate(self._editors):
            out = (*self._through(place, out, last=place), *editor.rest())
        return out

    def _through(self, first: int, events: tuple[bytes, ...], last: int | None = None) -> tuple[bytes, ...]:
        for place in range(first, len(self._editors) if last is None else last + 1):
            fed: list[bytes] = []
            for event in events:
                fed += self._editors[place].feed(self._counts[place], event)
                self._counts[place] += 1
            events = tuple(fed)
        return events
