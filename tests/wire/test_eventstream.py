"""Frames of the AWS event stream: whole, cut by any chunks, damaged; and as botocore reads them."""

from __future__ import annotations

import struct
from itertools import pairwise
from zlib import crc32

import pytest
from botocore.eventstream import ChecksumMismatch, EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from brownout.wire import eventstream
from brownout.wire.eventstream import EventStreamCutter
from brownout.wire.framing import counter_for, cutter_for

SAMPLE = eventstream.event("messageStart", b'{"role":"assistant"}')
# Made by another encoder, and read by the official client.
ELSEWHERE = bytes.fromhex(
    "0000008600000052dee1aa83"
    "0b3a6576656e742d7479706507000c6d6573736167655374617274"
    "0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e"
    "0d3a6d6573736167652d747970650700056576656e74"
    "7b2270223a2022616263646566222c2022726f6c65223a2022617373697374616e74227d"
    "4d8b1350"
)
NAMES = st.text("abc:-", min_size=1, max_size=12)
FRAMES = st.lists(
    st.builds(eventstream.encode, st.dictionaries(NAMES, st.text(max_size=40), max_size=4), st.binary(max_size=300)),
    max_size=6,
)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in pairwise(places)]


def fed(cutter: EventStreamCutter, parts: list[bytes]) -> list[bytes]:
    return [frame for part in parts for frame in cutter.feed(part)]


@given(st.dictionaries(NAMES, st.text(max_size=40), max_size=4), st.binary(max_size=300))
def test_what_is_encoded_can_be_decoded(headers: dict[str, str], payload: bytes) -> None:
    assert eventstream.decode(eventstream.encode(headers, payload)) == (headers, payload)


def test_a_frame_is_byte_for_byte_that_of_another_encoder() -> None:
    assert eventstream.event("messageStart", b'{"p": "abcdef", "role": "assistant"}') == ELSEWHERE


def test_the_official_parser_reads_a_frame() -> None:
    buffer = EventStreamBuffer()
    buffer.add_data(eventstream.exception("throttlingException", b'{"message":"Too many"}'))
    (message,) = list(buffer)

    assert message.headers[":message-type"] == "exception"
    assert message.headers[":exception-type"] == "throttlingException"
    assert message.payload == b'{"message":"Too many"}'


@given(FRAMES, st.lists(st.integers(0, 5000), max_size=30))
def test_whole_frames_come_out_whatever_the_chunks(frames: list[bytes], cuts: list[int]) -> None:
    cutter = EventStreamCutter()

    assert fed(cutter, chunks(b"".join(frames), cuts)) == frames
    assert cutter.rest() == b""
    assert cutter.readable


@given(st.binary(max_size=200), FRAMES, st.integers(0, 2000), st.integers(0, 255), st.lists(st.integers(0, 5000)))
def test_no_byte_is_lost_or_changed_whatever_comes(
    noise: bytes, frames: list[bytes], place: int, value: int, cuts: list[int]
) -> None:
    data = bytearray(b"".join(frames) + noise)
    if data:
        data[place % len(data)] = value
    cutter = EventStreamCutter()

    assert b"".join(fed(cutter, chunks(bytes(data), cuts))) + cutter.rest() == bytes(data)


@pytest.mark.parametrize(
    "prelude",
    [
        struct.pack(">II", 0xFFFFFFFF, 0),
        struct.pack(">II", eventstream.MAX_PAYLOAD + 17, 0),
        struct.pack(">II", 15, 0),
        struct.pack(">II", 40, 25),
        struct.pack(">II", 1_000_000, eventstream.MAX_HEADERS + 1),
    ],
)
def test_an_absurd_length_is_passed_on_and_never_waited_for(prelude: bytes) -> None:
    cutter = EventStreamCutter()
    wrong = prelude + struct.pack(">I", crc32(prelude))

    assert cutter.feed(SAMPLE + wrong) == [SAMPLE, wrong]
    assert cutter.feed(b"anything") == [b"anything"]
    assert cutter.rest() == b""
    assert not cutter.readable


def test_a_damaged_prelude_is_passed_on_and_never_waited_for() -> None:
    cutter = EventStreamCutter()
    wrong = SAMPLE[:8] + b"\0\0\0\0" + SAMPLE[12:]

    assert cutter.feed(wrong + SAMPLE) == [wrong + SAMPLE]
    assert cutter.feed(b"") == []


def test_an_unfinished_frame_is_left() -> None:
    cutter = EventStreamCutter()

    assert cutter.feed(SAMPLE + SAMPLE[:-1]) == [SAMPLE]
    assert cutter.rest() == SAMPLE[:-1]


@pytest.mark.parametrize("place", range(0, len(SAMPLE), 7))
def test_damage_anywhere_is_seen(place: int) -> None:
    damaged = SAMPLE[:place] + bytes([SAMPLE[place] ^ 1]) + SAMPLE[place + 1 :]

    with pytest.raises(ValueError, match="frame"):
        eventstream.decode(damaged)


def test_damage_is_what_the_official_parser_calls_a_checksum_mismatch() -> None:
    buffer = EventStreamBuffer()
    buffer.add_data(SAMPLE[:-1] + bytes([SAMPLE[-1] ^ 1]))

    with pytest.raises(ChecksumMismatch):
        list(buffer)


@pytest.mark.parametrize(
    "packed", [b"\x01a\x04\x00\x00\x00\x01", b"\x01a\x07\x00\x09short", b"\x09a"], ids=["number", "long", "cut"]
)
def test_a_header_that_is_no_string_is_refused(packed: bytes) -> None:
    lengths = struct.pack(">II", 16 + len(packed), len(packed))
    body = lengths + struct.pack(">I", crc32(lengths)) + packed

    with pytest.raises(ValueError, match="header"):
        eventstream.decode(body + struct.pack(">I", crc32(body)))


def test_the_content_type_has_this_framing() -> None:
    assert isinstance(cutter_for(eventstream.CONTENT_TYPE), EventStreamCutter)


@given(FRAMES, st.lists(st.integers(0, 5000), max_size=30))
def test_frames_are_counted_as_they_go_by(frames: list[bytes], cuts: list[int]) -> None:
    count = counter_for(eventstream.CONTENT_TYPE)

    assert count is not None
    assert sum(map(count, chunks(b"".join(frames), cuts))) == len(frames)


def test_what_is_no_frame_counts_for_nothing() -> None:
    count = counter_for(eventstream.CONTENT_TYPE)

    assert count is not None
    assert [count(SAMPLE + b"x" * 20), count(b"more"), count(SAMPLE)] == [1, 0, 0]
