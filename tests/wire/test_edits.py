"""Events doubled, lost, swapped and damaged: whole events in, whole events out."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brownout.effects import Edit
from brownout.wire import eventstream
from brownout.wire.edits import (
    Corrupt,
    Corruption,
    DropEvents,
    Duplicate,
    Picks,
    Reorder,
    corrupted,
    rewritten,
    torn,
)
from brownout.wire.framing import SseCutter

EVENTS = tuple(b'data: {"n":%d}\n\n' % n for n in range(8))
PICKS = st.builds(
    Picks,
    at=st.none() | st.integers(0, 12),
    each=st.sampled_from([0.0, 0.2, 0.7, 1.0]),
    salt=st.text(max_size=3),
    only=st.sampled_from([None, "a", "*", "x.*"]),
)
EDITS = st.one_of(
    *(st.builds(kind, PICKS) for kind in (Duplicate, DropEvents, Reorder)),
    st.builds(Corrupt, PICKS, st.sampled_from(["json", "utf8", "bytes"])),
)
LINES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12)
STREAMS = st.lists(
    st.builds(lambda kind, text: f"event: {kind}\ndata: {json.dumps(text)}\n\n".encode(), st.sampled_from("ab"), LINES),
    max_size=12,
)


def edited(edit: Edit, events: list[bytes] | tuple[bytes, ...]) -> list[bytes]:
    editor = edit.editor()
    out = [piece for index, event in enumerate(events) for piece in editor.feed(index, event)]
    return [*out, *editor.rest()]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The events that a cutter finds in these bytes, in whatever chunks they come."""
    edges = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    cutter = SseCutter()
    events = [event for start, end in itertools.pairwise(edges) for event in cutter.feed(data[start:end])]
    assert cutter.rest() == b""
    return events


def test_a_duplicate_stands_right_behind_its_original() -> None:
    assert edited(Duplicate(Picks(at=2)), EVENTS) == [*EVENTS[:3], EVENTS[2], *EVENTS[3:]]


def test_a_dropped_event_is_gone() -> None:
    assert edited(DropEvents(Picks(at=0)), EVENTS) == list(EVENTS[1:])


def test_an_event_changes_places_with_the_next() -> None:
    assert edited(Reorder(Picks(at=3)), EVENTS) == [*EVENTS[:3], EVENTS[4], EVENTS[3], *EVENTS[5:]]


def test_the_last_event_has_nobody_to_change_places_with() -> None:
    assert edited(Reorder(Picks(at=7)), EVENTS) == list(EVENTS)


@pytest.mark.parametrize("kind", [Duplicate, DropEvents, Reorder])
def test_a_plain_body_stays_as_it_is(kind: type[Duplicate] | type[DropEvents] | type[Reorder]) -> None:
    assert kind(Picks(at=0)).body(b"{}") == b"{}"


def test_events_of_other_types_are_not_counted() -> None:
    events = [b"event: ping\ndata: {}\n\n", b"event: delta\ndata: 1\n\n", b"event: delta\ndata: 2\n\n"]

    assert edited(DropEvents(Picks(at=1, only="delta")), events) == events[:2]
    assert edited(DropEvents(Picks(at=0, only="[DONE]")), [*events, b"data: [DONE]\n\n"]) == events


@given(EDITS, STREAMS, st.lists(st.integers(0, 500)), st.lists(st.integers(0, 500)))
def test_no_chunking_changes_what_an_edit_does(
    edit: Edit, events: list[bytes], some: list[int], others: list[int]
) -> None:
    data = b"".join(events)

    assert edited(edit, cut(data, some)) == edited(edit, cut(data, others)) == edited(edit, events)


@given(EDITS, STREAMS)
def test_whole_events_go_out(edit: Edit, events: list[bytes]) -> None:
    out = edited(edit, events)

    assert cut(b"".join(out), []) == out


@given(PICKS, STREAMS)
def test_nothing_is_lost_or_made_up(picks: Picks, events: list[bytes]) -> None:
    doubled, left, swapped = (Counter(edited(kind(picks), events)) for kind in (Duplicate, DropEvents, Reorder))

    assert swapped == Counter(events)
    assert doubled + left == Counter(events) + Counter(events)  # what is doubled here is dropped there


@given(EDITS)
def test_an_edit_is_a_value(edit: Edit) -> None:
    assert hash(edit) == hash(edit)
    assert edited(edit, EVENTS) == edited(edit, EVENTS)


def test_a_share_of_the_events_is_struck_and_the_same_ones_each_time() -> None:
    events = [b"data: %d\n\n" % n for n in range(1000)]

    left = edited(DropEvents(Picks(each=0.2, salt="s")), events)

    assert 740 < len(left) < 860
    assert left == edited(DropEvents(Picks(each=0.2, salt="s")), events)
    assert left != edited(DropEvents(Picks(each=0.2, salt="t")), events)


@given(st.dictionaries(st.text(), st.integers() | st.text(), min_size=1), st.text())
def test_damaged_json_parses_nowhere(value: dict[str, int | str], salt: str) -> None:
    data = corrupted(b"data: " + json.dumps(value).encode() + b"\n\n", "json", salt)

    assert data.startswith(b"data: ")
    assert data.endswith(b"\n\n")
    with pytest.raises(ValueError, match=r"."):
        json.loads(data[6:])


@given(LINES.filter(bool), st.text())
def test_damaged_utf8_decodes_nowhere(text: str, salt: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        corrupted(f"data: {text}\n\n".encode(), "utf8", salt).decode()


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1), st.text())
def test_flipped_bits_keep_length_and_lines(text: str, salt: str) -> None:
    event = f"data: {text}\n\n".encode()
    assume(event[6:7] != b" ")

    damaged = corrupted(event, "bytes", salt)

    assert len(damaged) == len(event)
    assert 1 <= sum(one != other for one, other in zip(event, damaged, strict=True)) <= 3
    assert all((one ^ other).bit_count() <= 1 for one, other in zip(event, damaged, strict=True))
    assert cut(damaged, []) == [damaged]


@pytest.mark.parametrize("kind", ["json", "utf8"])
def test_a_binary_frame_stays_whole_around_damaged_data(kind: Corruption) -> None:
    frame = eventstream.event("chunk", b'{"text":"hello"}')

    headers, data = eventstream.decode(corrupted(frame, kind, ""))

    assert headers[":event-type"] == "chunk"
    assert data != b'{"text":"hello"}'


def test_flipped_bits_show_in_a_frames_checksum() -> None:
    with pytest.raises(ValueError, match="checksum"):
        eventstream.decode(corrupted(eventstream.event("chunk", b'{"text":"hello"}'), "bytes", ""))


@given(st.sampled_from([*EVENTS, b'event: x\ndata: {"a":"\xc3\xa9"}\n\n', b'{"n":1}\n', b"x", b": c\n\n"]))
def test_a_torn_event_is_its_beginning(event: bytes) -> None:
    part = torn(event, "event")

    assert 0 < len(part) <= len(event)
    assert event.startswith(part)
    assert len(event) < 3 or b"\n\n" not in part


@given(LINES)
def test_an_event_torn_in_a_character_ends_in_no_character(text: str) -> None:
    event = f'data: {{"t":"{text}"}}\n\n'.encode()

    part = torn(event, "code_point")

    with pytest.raises(UnicodeDecodeError, match="unexpected end of data"):
        part.decode()
    assert not text.isascii() or part[-1:] == b"\xc3"
    assert text.isascii() or event.startswith(part)


@pytest.mark.parametrize("text", [b'{"a":1,"b":2}', b'{"a": 1, "b": 2}', b'{\n  "a": 1,\n  "b": 2\n}'])
def test_json_is_rewritten_in_its_own_spelling(text: bytes) -> None:
    assert rewritten(text, lambda value: value | {"b": 3}) == text.replace(b"2", b"3")


@pytest.mark.parametrize("text", [b"", b"[DONE]", b"{", b"\xff", b"[" * 100_000, b'{"a":1 }'])
def test_what_is_not_changed_stays_byte_for_byte(text: bytes) -> None:
    assert rewritten(text, lambda value: value) == text


@pytest.mark.parametrize("text", ['{"a":"é","b":1}'.encode(), rb'{"a":"\u00e9","b":1}'])
def test_characters_stay_as_they_were_spelled(text: bytes) -> None:
    assert rewritten(text, lambda value: value | {"b": 2}) == text.replace(b"1}", b"2}")
