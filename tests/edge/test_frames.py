"""Frames of a WebSocket: cut as they came, whatever the chunks, and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.extensions import PerMessageDeflate

from brownout.edge.frames import CLOSE, NO_STATUS, TEXT, FrameCutter, MessageReader, make, make_close

SIZES = st.sampled_from([0, 1, 125, 126, 127, 65_535, 65_536]) | st.integers(0, 300)
FRAMES = st.lists(
    st.builds(
        lambda opcode, size, masked: make(opcode, b"x" * size, masked=masked),
        st.sampled_from([0, 1, 2, 8, 9, 10]),
        SIZES,
        st.booleans(),
    ),
    max_size=6,
)


@given(made=FRAMES, chunk=st.integers(1, 70_000))
def test_no_chunking_changes_a_byte(made: list[bytes], chunk: int) -> None:
    whole, cutter = b"".join(made), FrameCutter()
    chunk = max(chunk, len(whole) // 200)

    found = [one for at in range(0, len(whole), chunk) for one in cutter.feed(whole[at : at + chunk])]

    assert [one.raw for one in found] == made


@given(text=st.text(max_size=200), more=st.binary(max_size=70_000), client=st.booleans(), deflate=st.booleans())
def test_messages_are_read_as_another_implementation_wrote_them(
    text: str, more: bytes, client: bool, deflate: bool
) -> None:
    extensions = [PerMessageDeflate()] if deflate else []
    for extension in extensions:
        extension.finalize("permessage-deflate")
    writer = Connection(ConnectionType.CLIENT if client else ConnectionType.SERVER, list(extensions))
    sent = b"".join(
        writer.send(event)
        for event in (
            TextMessage(text, message_finished=False),
            Ping(b"between"),
            TextMessage(text),
            BytesMessage(more),
            CloseConnection(4000, "enough"),
        )
    )

    reader, frames = MessageReader(), FrameCutter().feed(sent)
    read = [message for frame in frames if (message := reader.feed(frame)) is not None]

    assert read == [2 * text.encode(), more]
    assert (frames[-1].opcode, frames[-1].close_code) == (CLOSE, 4000)
    assert frames[1].control


@given(text=st.text(max_size=300), code=st.sampled_from([1000, 1011, 4999]), masked=st.booleans())
def test_what_is_made_is_read_by_another_implementation(text: str, code: int, masked: bool) -> None:
    reader = Connection(ConnectionType.SERVER if masked else ConnectionType.CLIENT)

    reader.receive_data(make(TEXT, text.encode(), masked=masked) + make_close(code, text, masked=masked))
    *messages, end = reader.events()

    assert "".join(message.data for message in messages if isinstance(message, TextMessage)) == text
    assert isinstance(end, CloseConnection)
    assert (end.code, (end.reason or "")) == (code, text.encode()[:123].decode("utf-8", "ignore"))


def test_a_close_frame_without_a_code_has_none() -> None:
    (frame,) = FrameCutter().feed(make_close(NO_STATUS, "never sent"))

    assert (frame.size, frame.close_code) == (0, NO_STATUS)


def test_a_message_that_inflates_without_end_is_not_read() -> None:
    extension = PerMessageDeflate()
    extension.finalize("permessage-deflate")
    bomb = Connection(ConnectionType.SERVER, [extension]).send(BytesMessage(bytes(100_000)))
    (frame,) = FrameCutter().feed(bomb)

    with pytest.raises(ValueError, match="more than 1000 bytes"):
        MessageReader(most=1000).feed(frame)


def test_what_is_not_compressed_as_it_says_cannot_be_read() -> None:
    (frame,) = FrameCutter().feed(bytes((0xC1, 3)) + b"\xff\xff\xff")

    with pytest.raises(ValueError, match="not a compressed message"):
        MessageReader().feed(frame)
