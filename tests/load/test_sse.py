from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.load.sse import EventReader


def events_of(*chunks: bytes) -> list[tuple[str, str]]:
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)]


STREAMS = {
    b"data: a\n\ndata:b\n\n": [("message", "a"), ("message", "b")],
    b"event: ping\ndata: 1\ndata: 2\n\n": [("ping", "1\n2")],
    b": a comment\n\nid: 7\nretry: 10\n\ndata: x\n\n": [("message", "x")],
    b"data: a\r\n\r\ndata: b\r\n\r\n": [("message", "a"), ("message", "b")],
    b"data: a\r\rdata: b\r\rdata: c\n\n": [("message", "a"), ("message", "b"), ("message", "c")],
    b"event: lost\n\ndata: kept\n\n": [("message", "kept")],
    b"data\n\n": [("message", "")],
    b"\xef\xbb\xbfdata: with a mark of byte order\n\n": [("message", "with a mark of byte order")],
    "data: blau\u2028himmel ü\n\n".encode(): [("message", "blau\u2028himmel ü")],
}


@pytest.mark.parametrize(("stream", "events"), STREAMS.items())
def test_events_are_read_as_a_browser_does(stream: bytes, events: list[tuple[str, str]]) -> None:
    assert events_of(stream) == events


@given(st.sampled_from(list(STREAMS)), st.lists(st.integers(0, 80), max_size=8))
def test_it_does_not_matter_how_a_stream_is_cut(stream: bytes, places: list[int]) -> None:
    cuts = [0, *sorted(min(place, len(stream)) for place in places), len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(cuts)]
    assert events_of(*chunks) == STREAMS[stream]


def test_an_event_that_never_ends_is_no_event() -> None:
    assert events_of(b"data: whole\n\ndata: half\n") == [("message", "whole")]


@given(st.binary())
def test_no_bytes_are_too_odd(data: bytes) -> None:
    events_of(data)
