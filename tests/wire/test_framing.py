"""Cutting a byte stream into events, whatever the chunks."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from brownout.wire import framing
from brownout.wire.framing import Cutter, LineCutter, SseCutter, counter_for, cutter_for

# Mostly line ends, since all that is difficult is there.
STREAMS = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"data: x", b"\x00", b"\xff"]), max_size=40).map(b"".join)
CUTS = st.lists(st.integers(0, 1000), max_size=12)
CUTTERS = pytest.mark.parametrize("make", [SseCutter, LineCutter])
EVENTS = re.compile(rb".*?(?:\r\n|\n|\r(?!\n)){2}", re.DOTALL)
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def cut(cutter: Cutter, chunks: list[bytes]) -> tuple[list[bytes], bytes]:
    events = [event for chunk in chunks for event in cutter.feed(chunk)]
    return events, cutter.rest()


def chunked(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


@CUTTERS
@BUSY
@given(data=STREAMS | st.binary(max_size=60), cuts=CUTS)
@example(data=b"a\r\n\r\nb\r\n\r\n", cuts=[1, 2, 3, 4, 5, 6, 7, 8, 9])
@example(data=b"a\r\r\nb", cuts=[3])
def test_no_byte_is_lost_and_chunks_change_nothing(make: Callable[[], Cutter], data: bytes, cuts: list[int]) -> None:
    chunks = chunked(data, cuts)
    events, rest = cut(make(), chunks)

    assert b"".join(chunks) == data
    assert b"".join(events) + rest == data
    assert (events, rest) == cut(make(), [data])
    assert (events, rest) == cut(make(), [bytes([byte]) for byte in data])


@pytest.mark.parametrize("content_type", ["text/event-stream", "application/x-ndjson", "application/json"])
@BUSY
@given(data=STREAMS | st.text(alphabet='{}[]",:\\ \n1a').map(str.encode), cuts=CUTS)
@example(data=b"data: a\n\ndata: b\n\n", cuts=[8])
@example(data=b"data: a\r\rdata: b\r\r\n", cuts=[])
@example(data=b"data: a\r\n\r\n", cuts=[9, 11])
def test_as_many_events_are_counted_as_are_cut(content_type: str, data: bytes, cuts: list[int]) -> None:
    cutter, count = cutter_for(content_type, streamed=True), counter_for(content_type, streamed=True)
    assert cutter is not None
    assert count is not None

    for chunk in chunked(data, cuts):
        assert count(chunk) == len(cutter.feed(chunk))


@BUSY
@given(data=STREAMS)
def test_sse_events_end_where_the_specification_says(data: bytes) -> None:
    events, rest = cut(SseCutter(), [data])

    # At the very end a lone CR could be half of a line end: the cutter keeps such an event back.
    expected = EVENTS.findall(data)
    if expected and data.endswith(b"\r") and b"".join(expected) == data:
        expected.pop()
    assert events == expected
    assert rest == data[len(b"".join(events)) :]


@BUSY
@given(data=st.binary(max_size=60) | STREAMS)
def test_lines_end_with_a_line_feed(data: bytes) -> None:
    events, rest = cut(LineCutter(), [data])

    assert events == [line + b"\n" for line in data.split(b"\n")[:-1]]
    assert b"\n" not in rest


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r", b"\r\n\n", b"\n\r\n"])
def test_any_blank_line_ends_an_event(end: bytes) -> None:
    cutter = SseCutter()

    assert cutter.feed(b"data: 1" + end + b"data: 2") == [b"data: 1" + end]
    assert cutter.rest() == b"data: 2"
    assert cutter.rest() == b""


@CUTTERS
def test_a_cutter_can_be_used_again_after_its_rest(make: Callable[[], Cutter]) -> None:
    cutter = make()
    cutter.feed(b"data: a long beginning of something")
    cutter.rest()

    assert cutter.feed(b"a\n\n") == make().feed(b"a\n\n")


def test_a_huge_event_is_searched_once_however_many_chunks_bring_it(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = 0
    pattern = framing._SSE_END

    class Counting:
        def search(self, data: bytes, start: int) -> re.Match[bytes] | None:
            nonlocal searched
            searched += len(data) - start
            return pattern.search(data, start)

    monkeypatch.setattr(framing, "_SSE_END", Counting())
    cutter = SseCutter()
    event = b"data: " + b"x" * 200_000 + b"\n\n"
    found = [one for start in range(0, len(event), 100) for one in cutter.feed(event[start : start + 100])]

    assert found == [event]
    assert searched < 2 * len(event)


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("text/event-stream; charset=utf-8", SseCutter),
        ("Text/Event-Stream", SseCutter),
        ("application/x-ndjson", LineCutter),
        ("application/jsonl", LineCutter),
        ("application/json", None),
        ("", None),
    ],
)
def test_the_content_type_tells_the_framing(content_type: str, kind: type[Cutter] | None) -> None:
    cutter = cutter_for(content_type)

    assert (type(cutter) if cutter else None) is kind
