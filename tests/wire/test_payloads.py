"""Where events keep their data."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brownout.wire import eventstream
from brownout.wire.payloads import payload, replaced, type_of

FRAME = eventstream.event("metadata", b'{"usage":{"inputTokens":3}}')


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (b'data: {"a":1}\n\n', b'{"a":1}'),
        (b'data:{"a":1}\r\n\r\n', b'{"a":1}'),
        (b'event: ping\ndata: {"type": "ping"}\n\n', b'{"type": "ping"}'),
        (b"id: 7\nevent: x\ndata: [DONE]\n\n", b"[DONE]"),
        (b"data: first\ndata: second\n\n", b"first"),
        (b'{"done":false}\n', b'{"done":false}'),
        (b'[{"a":1}', b'{"a":1}'),
        (b'\n,\r\n{"a":1}', b'{"a":1}'),
        (FRAME, b'{"usage":{"inputTokens":3}}'),
        (b": keep-alive\n\n", b": keep-alive"),
        (b"", b""),
    ],
)
def test_the_data_of_an_event_is_found(event: bytes, data: bytes) -> None:
    start, end = payload(event)

    assert event[start:end] == data


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (b'event: message_stop\ndata: {"type":"other"}\n\n', "message_stop"),
        (b'data: {"type":"response.created"}\n\n', "response.created"),
        (b'data: {"event_type":"error"}\n\n', "error"),
        (b'data: {"object":"chat.completion.chunk"}\n\n', "chat.completion.chunk"),
        (b"data: [DONE]\n\n", "[DONE]"),
        (b"data: [1]\n\n", ""),
        (b'data: {"a":1}\n\n', ""),
        (FRAME, "metadata"),
        (eventstream.exception("throttlingException", b"{}"), "throttlingException"),
        (eventstream.encode({"other": "x"}, b"{}"), ""),
        (b"data: \xff\n\n", "\ufffd"),
    ],
)
def test_the_type_of_an_event_is_known(event: bytes, kind: str) -> None:
    assert type_of(event) == kind


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_a_frame_with_other_data_is_a_valid_frame(before: bytes, after: bytes) -> None:
    frame = replaced(eventstream.event("chunk", before), after)

    headers, data = eventstream.decode(frame)

    assert headers[":event-type"] == "chunk"
    assert data == after


@given(st.binary(max_size=60))
@example(b"\0\0\0\x10" + b"\0\0\0\xff" + bytes(8))
def test_no_bytes_make_it_fail(event: bytes) -> None:
    start, end = payload(event)

    assert 0 <= start <= end <= len(event)
    assert replaced(event, event[start:end]) == event
    assert isinstance(type_of(event), str)
