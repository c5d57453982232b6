"""Changes to a forwarded answer, as values: events doubled, lost, swapped, corrupted, without their usage. Pure.

Each is a frozen value with a fresh editor for every stream (``brownout.effects.Edit``). An editor gets whole events, as
``brownout.wire.framing`` cuts them, and gives whole events back, so that no chunking changes what it does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, Self

from brownout import chance
from brownout.effects import Inside
from brownout.wire.payloads import payload, replaced, type_of

Corruption = Literal["bytes", "json", "utf8"]


@dataclass(frozen=True, slots=True)
class Picks:
    """Which events are meant: the one at a position, or each with a probability, drawn by hash from ``salt``.

    With ``only`` (a type, or a glob over types), events of other types are passed by and not counted.
    """

    at: int | None = None
    each: float = 0.0
    salt: str = ""
    only: str | None = None

    def meant(self, count: int) -> bool:
        """Whether event ``count`` (from 0) of those that count is one of them."""
        return count == self.at if self.at is not None else chance.unit(self.salt, count) < self.each


class Picker:
    """Goes along one stream and says of each event whether it is meant."""

    def __init__(self, picks: Picks) -> None:
        self._picks = picks
        self._count = 0

    def takes(self, event: bytes) -> bool:
        """Whether this event is one of those meant; it is counted if its type counts."""
        only = self._picks.only
        if only is not None and (kind := type_of(event)) != only and not fnmatchcase(kind, only):
            return False
        self._count += 1
        return self._picks.meant(self._count - 1)


def torn(event: bytes, inside: Inside) -> bytes:
    """The beginning of an event: half of its data, or up to the middle of a character's UTF-8 bytes.

    Where an event holds ASCII only, the first byte of a two-byte character stands in for the one that was to come.
    """
    start, end = payload(event)
    half = start + (end - start) // 2
    if inside == "event":
        return event[: max(half, 1)]
    for index in range(start, end - 1):
        if event[index] >= 0xC2 and event[index + 1] & 0xC0 == 0x80:
            return event[: index + 1]
    return event[:half] + b"\xc3"


@dataclass(frozen=True, slots=True)
class _OfStreams:
    """Base of the edits of streams: a plain body stays as it is."""

    picks: Picks

    def body(self, data: bytes) -> bytes:
        return data


class OfBodies:
    """Base of the edits of plain bodies: the events of a stream stay as they are.

    It remembers nothing of a stream, so it is its own editor.
    """

    def editor(self) -> Self:
        return self

    def feed(self, index: int, event: bytes) -> tuple[bytes, ...]:
        return (event,)

    def rest(self) -> tuple[bytes, ...]:
        return ()


class _Each:
    """An editor that holds nothing back: what goes out depends on the event alone."""

    def __init__(self, picks: Picks, change: Callable[[int, bytes], tuple[bytes, ...]]) -> None:
        self._picker = Picker(picks)
        self._change = change

    def feed(self, index: int, event: bytes) -> tuple[bytes, ...]:
        return self._change(index, event) if self._picker.takes(event) else (event,)

    def rest(self) -> tuple[bytes, ...]:
        return ()


class Duplicate(_OfStreams):
    """Events arrive twice."""

    def editor(self) -> _Each:
        return _Each(self.picks, lambda _, event: (event, event))


@dataclass(frozen=True, slots=True)
class Annotate(_OfStreams):
    """An event of another kind follows those that are meant: ``make`` gets all that passed so far."""

    make: Callable[[tuple[bytes, ...]], bytes]

    def editor(self) -> _Annotated:
        return _Annotated(self.picks, self.make)


@dataclass(frozen=True, slots=True)
class Instead:
    """Another answer in the platform's place: ``make`` gets its first event, or its body, and gives bodies or events.

    Where it gives nothing, the platform's own answer stays.
    """

    make: Callable[[bytes], tuple[bytes, ...]]

    def editor(self) -> _Instead:
        return _Instead(self.make)

    def body(self, data: bytes) -> bytes:
        return b"".join(self.make(data)) or data


class _Instead:
    def __init__(self, make: Callable[[bytes], tuple[bytes, ...]]) -> None:
        self._make = make
        self._made = False

    def feed(self, index: int, event: bytes) -> tuple[bytes, ...]:
        if index == 0:
            made = self._make(event)
            self._made = bool(made)
            return made or (event,)
        return () if self._made else (event,)

    def rest(self) -> tuple[bytes, ...]:
        return ()


class _Annotated:
    def __init__(self, picks: Picks, make: Callable[[tuple[bytes, ...]], bytes]) -> None:
        self._picker, self._make = Picker(picks), make
        self._passed: list[bytes] = []

    def feed(self, index: int, event: bytes) -> tuple[bytes, ...]:
        self._passed.append(event)
        more = self._make(tuple(self._passed)) if self._picker.takes(event) else b""
        return (event, more) if more else (event,)

    def rest(self) -> tuple[bytes, ...]:
        return ()


class DropEvents(_OfStreams):
    """Events do not arrive."""

    def editor(self) -> _Each:
        return _Each(self.picks, lambda _, event: ())


class Swap:
    """An editor that lets an event go out after the one that follows it."""

    def __init__(self, picks: Picks) -> None:
        self._picker = Picker(picks)
        self._held: tuple[bytes, ...] = ()

    def feed(self, index: int, event: bytes) -> tuple[bytes, ...]:
        """The event and the one held back, or nothing where it is held back itself."""
        held, self._held = self._held, ()
        if self._picker.takes(event) and not held:
            self._held = (event,)
            return ()
        return (event, *held)

    def rest(self) -> tuple[bytes, ...]:
        """The event held back, where the stream ended before another came."""
        held, self._held = self._held, ()
        return held


class Reorder(_OfStreams):
    """Events change places with the ones that follow them."""

    def editor(self) -> Swap:
        return Swap(self.picks)


@dataclass(frozen=True, slots=True)
class Corrupt(_OfStreams):
    """Events arrive damaged, within their framing: other bytes, broken JSON, or bytes that are no UTF-8."""

    kind: Corruption = "json"

    def editor(self) -> _Each:
        return _Each(self.picks, lambda index, event: (corrupted(event, self.kind, f"{self.picks.salt}|{index}"),))


def corrupted(event: bytes, kind: Corruption, salt: str) -> bytes:
    """The event with its data damaged and its framing whole; one without data stays as it is.

    Only flipped bits in one of AWS's frames leave its checksum as it was: that is how such damage is found.
    """
    start, end = payload(event)
    data = event[start:end]
    if not data:
        return event
    if kind == "json":
        data = data.rstrip()[:-1]  # without its last brace, no parser takes it
    elif kind == "utf8":
        half = len(data) // 2
        data = data[:half] + b"\xff" + data[half:]
    else:
        return event[:start] + _flipped(data, salt) + event[end:]
    return replaced(event, data)


def _flipped(data: bytes, salt: str) -> bytes:
    """Three bits flipped: never into the end of a line, never out of ASCII."""
    places = [index for index, byte in enumerate(data) if 0x20 <= byte < 0x7F]
    changed = bytearray(data)
    for number in range(min(3, len(places))):
        changed[places.pop(int(chance.unit(salt, number) * len(places)))] ^= 1
    return bytes(changed)


def rewritten(text: bytes, change: Callable[[Any], Any]) -> bytes:
    """A JSON text after a change to its value, in the same spelling; what is no JSON, or not changed, as it was."""
    try:
        value = json.loads(text)
        before = json.dumps(value)
        after = change(value)
    except (ValueError, RecursionError):
        return text
    if json.dumps(after) == before:
        return text
    separators = (", ", ": ") if b'": ' in text else (",", ":")
    indent = 2 if b"\n  " in text else None
    spelled = json.dumps(after, separators=None if indent else separators, indent=indent, ensure_ascii=text.isascii())
    return spelled.encode("utf-8", "surrogatepass")
