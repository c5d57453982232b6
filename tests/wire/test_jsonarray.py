"""A growing JSON array is cut into its elements, whatever the chunks it arrives in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.wire.framing import counter_for, cutter_for
from brownout.wire.jsonarray import JsonArrayCutter

TEXTS = st.text() | st.text(alphabet='{}[]",:\\ ')
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
OBJECTS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), max_size=5)
GAPS = st.sampled_from(["", "\n", "\r\n", "  "])


@st.composite
def arrays(draw: st.DrawFn) -> tuple[list[Any], bytes]:
    """Objects, and their array as a platform might write it."""
    objects, gap = draw(OBJECTS), draw(GAPS)
    indent = draw(st.sampled_from([None, 2]))
    written = f"{gap},{gap}".join(json.dumps(one, indent=indent, ensure_ascii=draw(st.booleans())) for one in objects)
    return objects, f"{gap}[{gap}{written}{gap}]".encode("utf-8", "surrogatepass")


def cut(data: bytes, sizes: list[int]) -> tuple[list[bytes], bytes]:
    cutter, events, start = JsonArrayCutter(), [], 0
    for size in sizes:
        events += cutter.feed(data[start : start + size])
        start += size
    events += cutter.feed(data[start:])
    return events, cutter.rest()


@given(arrays(), st.lists(st.integers(0, 7)))
def test_every_object_is_an_event_and_so_is_the_end(array: tuple[list[Any], bytes], sizes: list[int]) -> None:
    objects, data = array
    events, rest = cut(data, sizes)

    assert b"".join(events) + rest == data
    assert [json.loads(event.strip(b"[, \r\n")) for event in events[:-1]] == objects
    assert events[-1].strip(b"[ \r\n") == b"]"
    assert rest.strip() == b""


@given(st.binary() | st.text(alphabet='{}[]",:\\ 1a').map(str.encode), st.lists(st.integers(0, 7)))
def test_nothing_is_lost_of_what_is_no_json(data: bytes, sizes: list[int]) -> None:
    events, rest = cut(data, sizes)

    assert b"".join(events) + rest == data
    assert (events, rest) == cut(data, [])


@given(arrays(), st.lists(st.integers(1, 7)))
def test_what_is_counted_is_what_is_cut(array: tuple[list[Any], bytes], sizes: list[int]) -> None:
    objects, data = array
    count = counter_for("application/json; charset=UTF-8", streamed=True)
    assert count is not None
    counted, start = 0, 0
    for size in sizes:
        counted += count(data[start : start + size])
        start += size

    assert counted + count(data[start:]) == len(objects) + 1


def test_it_may_begin_between_two_elements() -> None:
    cutter = JsonArrayCutter()

    assert cutter.feed(b'\n,\r\n{"a": [1, {"b": "]"}]}\n]') == [b'\n,\r\n{"a": [1, {"b": "]"}]}', b"\n]"]
    assert cutter.rest() == b""


def test_what_is_left_of_an_element_is_handed_over() -> None:
    cutter = JsonArrayCutter()

    assert cutter.feed(b'[{"a": 1}, {"b') == [b'[{"a": 1}']
    assert cutter.rest() == b', {"b'
    assert cutter.rest() == b""


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=UTF-8"])
def test_json_is_cut_only_where_a_stream_was_asked_for(content_type: str) -> None:
    assert isinstance(cutter_for(content_type, streamed=True), JsonArrayCutter)
    assert cutter_for(content_type) is None
    assert counter_for(content_type) is None
