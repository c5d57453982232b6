"""Streams: wherever the network cuts one, and whichever line ends it has, it is read and counted alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from brownout.load.lines import LineReader
from brownout.load.sse import EventReader
from brownout.wire.eventstream import CONTENT_TYPE, event
from brownout.wire.framing import counter_for, cutter_for
from fuzz.mutations import mutated
from fuzz.target import Fell, Target, in_time

_SIZES = (1, 2, 3, 7, 64)
_ENDS = (b"\n", b"\r\n", b"\r")
_ANY_END = re.compile(rb"\r\n|\r|\n")
_KINDS = ("text/event-stream", "application/x-ndjson", "application/json", CONTENT_TYPE)
_SEEDS = (
    b'event: message\nid: 7\nretry: 10\ndata: {"n": 1}\n\n: ping\n\ndata: a\ndata: b\n\ndata: [DONE]\n\n',
    b'\xef\xbb\xbfdata: {"text": "w\xc3\xb6rd \\u2028"}\r\n\r\ndata:\xe2\x80\xa8\r\r',
    b'[{"a": "]},{"},\n {"b": [1, {"c": "\\""}]}\n]',
    b'{"n": 1}\n{"n": 2}\n\n  {"n": 3}',
)
_TOKENS = (
    *_ENDS, b"\n\n", b"\r\r", b"\r\n\r\n", b"\n\r", b"data", b"data:", b"event:", b":", b" ", b"\xef\xbb\xbf", b"\xc3",
    b"\xff", b"\xe2\x80\xa8", b"{", b"}", b"[", b"]", b'"', b"\\", b",", b"\0\0\0\x10\0\0\0\0", b"\xff" * 8,
)  # fmt: skip

Reader = Callable[[list[bytes]], Any]


def pieces(data: bytes, size: int) -> list[bytes]:
    """A stream in pieces of so many bytes, the last one shorter."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def _events(chunks: Iterable[bytes]) -> list[tuple[str, str]]:
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)]


def _lines(chunks: Iterable[bytes]) -> list[tuple[str, str]]:
    reader = LineReader()
    return [*(line for chunk in chunks for line in reader.feed(chunk)), *reader.close()]


def _cut(kind: str, chunks: Iterable[bytes]) -> tuple[list[bytes], bytes]:
    cutter = cutter_for(kind, streamed=True)
    assert cutter is not None
    return [event for chunk in chunks for event in cutter.feed(chunk)], cutter.rest()


def _counted(kind: str, chunks: Iterable[bytes]) -> int:
    count = counter_for(kind, streamed=True)
    assert count is not None
    return sum(map(count, chunks))


class Streams(Target):
    """Bytes of a stream, to the load's readers and to the edge's cutters and counters."""

    name, suffix, kind = "stream", ".bin", "streams, cut anywhere and with any end of a line"

    def cases(self, corpus: list[bytes]) -> SearchStrategy[bytes]:
        seeds = [*_SEEDS, event("chunk", b'{"x": "y"}') * 2, *corpus]
        return mutated(seeds, _TOKENS) | st.lists(st.sampled_from(_TOKENS), max_size=30).map(b"".join)

    def check(self, case: bytes) -> None:
        with in_time():
            for kind in _KINDS:
                _same_in_any_cutting(kind, case)
            _same("server-sent events", _events, case)
            _same("lines", _lines, case)
            _same_with_any_end(case)


def _same(what: str, read: Reader, data: bytes) -> None:
    whole = read([data])
    for size in _SIZES:
        if read(pieces(data, size)) != whole:
            raise Fell(f"{what}: other events in pieces of {size} bytes")


def _same_in_any_cutting(kind: str, data: bytes) -> None:
    if kind != CONTENT_TYPE:  # what is no frame is passed on as it comes
        _same(f"{kind}, cut", lambda chunks: _cut(kind, chunks), data)
    _same(f"{kind}, counted", lambda chunks: _counted(kind, chunks), data)
    events, rest = _cut(kind, [data])
    if b"".join(events) + rest != data:
        raise Fell(f"{kind}: bytes are lost")


def _same_with_any_end(data: bytes) -> None:
    """A colon goes behind, so that a CR at the very end waits for nothing."""
    variants = [_ANY_END.sub(end, data) + b":" for end in _ENDS]
    if len({tuple(_events([variant])) for variant in variants}) != 1:
        raise Fell("server-sent events: others with another end of a line")
    if len({_counted(_KINDS[0], [variant]) for variant in variants}) != 1:
        raise Fell("server-sent events: another count with another end of a line")
