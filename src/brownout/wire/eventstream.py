"""The frames of ``application/vnd.amazon.eventstream``: making, reading and cutting them. Pure.

A frame is a prelude (length of the whole, length of the headers, CRC of these two), headers, a payload and the CRC of
all before: https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html
"""

from __future__ import annotations

import re
import struct
from zlib import crc32

CONTENT_TYPE = "application/vnd.amazon.eventstream"
# What the AWS clients take at most: https://github.com/boto/botocore/blob/develop/botocore/eventstream.py
MAX_HEADERS = 128 * 1024
MAX_PAYLOAD = 24 * 1024 * 1024
_PRELUDE = struct.Struct(">III")
_CRC = struct.Struct(">I")
_EMPTY = _PRELUDE.size + _CRC.size
_STRING = 7  # the type of a header's value; all that these platforms send are strings
_TYPE = re.compile(rb":(?:event|exception)-type\x07(..)", re.DOTALL)


def encode(headers: dict[str, str], payload: bytes) -> bytes:
    """A frame with these headers, which are strings of at most 255 bytes (names) and 65535 bytes (values)."""
    parts = []
    for name, value in headers.items():
        key, text = name.encode(), value.encode()
        parts.append(struct.pack(">B", len(key)) + key + struct.pack(">BH", _STRING, len(text)) + text)
    return _framed(b"".join(parts), payload)


def _framed(packed: bytes, payload: bytes) -> bytes:
    lengths = struct.pack(">II", _EMPTY + len(packed) + len(payload), len(packed))
    body = lengths + _CRC.pack(crc32(lengths)) + packed + payload
    return body + _CRC.pack(crc32(body))


def event(kind: str, payload: bytes) -> bytes:
    """An event with a JSON payload."""
    return encode({":event-type": kind, ":content-type": "application/json", ":message-type": "event"}, payload)


def exception(kind: str, payload: bytes) -> bytes:
    """An exception with a JSON payload, which ends a stream."""
    headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return encode(headers, payload)


def decode(frame: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and payload of one whole frame. Raises ValueError for a damaged one, or a header that is no string."""
    length = _length(frame)
    if length is None or length != len(frame):
        raise ValueError("not one whole frame of an event stream")
    if _CRC.unpack_from(frame, length - _CRC.size)[0] != crc32(frame[: -_CRC.size]):
        raise ValueError("the frame's checksum does not fit")
    end = _PRELUDE.size + _PRELUDE.unpack_from(frame)[1]
    return _headers(frame[_PRELUDE.size : end]), frame[end : -_CRC.size]


def is_frame(data: bytes) -> bool:
    """Whether the lengths at the beginning fit these bytes. No checksum is looked at: the cutter has seen them."""
    return int.from_bytes(data[:4]) == len(data) >= _EMPTY + int.from_bytes(data[4:8])


def payload_of(frame: bytes) -> tuple[int, int]:
    """Where the payload of a frame begins and ends."""
    return _PRELUDE.size + int.from_bytes(frame[4:8]), len(frame) - _CRC.size


def with_payload(frame: bytes, payload: bytes) -> bytes:
    """A frame with the same headers and another payload: lengths and checksums fit it."""
    return _framed(frame[_PRELUDE.size : payload_of(frame)[0]], payload)


def type_of(frame: bytes) -> str:
    """The type of the event or exception that a frame holds; empty where it names none."""
    header = _TYPE.search(frame)
    return frame[header.end() : header.end() + int.from_bytes(header[1])].decode("utf-8", "replace") if header else ""


def _headers(packed: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    at = 0
    while at < len(packed):
        name_ends = at + 1 + packed[at]
        if len(packed) < name_ends + 3 or packed[name_ends] != _STRING:
            raise ValueError("a header of the frame is no string")
        (size,) = struct.unpack_from(">H", packed, name_ends + 1)
        value_ends = name_ends + 3 + size
        if value_ends > len(packed):
            raise ValueError("a header of the frame is longer than the headers")
        headers[packed[at + 1 : name_ends].decode()] = packed[name_ends + 3 : value_ends].decode()
        at = value_ends
    return headers


def _length(data: bytes | bytearray, start: int = 0) -> int | None:
    """The length of the frame whose prelude begins here; None where that is no prelude."""
    if len(data) - start < _PRELUDE.size:
        return None
    total, headers, checksum = _PRELUDE.unpack_from(data, start)
    sound: bool = (
        checksum == crc32(data[start : start + 8])
        and headers <= MAX_HEADERS
        and headers + _EMPTY <= total <= headers + _EMPTY + MAX_PAYLOAD
    )
    return int(total) if sound else None


class EventStreamCutter:
    """Whole frames. From the first prelude on that is none, all bytes are passed on as they come."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.readable = True
        """Whether all that came so far began as a frame begins."""

    def feed(self, data: bytes) -> list[bytes]:
        """The frames completed by this chunk."""
        if not self.readable:
            return [data] if data else []
        self._buffer += data
        frames: list[bytes] = []
        start = 0
        while len(self._buffer) - start >= _PRELUDE.size:
            length = _length(self._buffer, start)
            if length is None:
                self.readable = False
                frames.append(bytes(self._buffer[start:]))
                start = len(self._buffer)
            elif len(self._buffer) - start < length:
                break
            else:
                frames.append(bytes(self._buffer[start : start + length]))
                start += length
        del self._buffer[:start]
        return frames

    def rest(self) -> bytes:
        """The bytes of a frame that has not ended."""
        left = bytes(self._buffer)
        self._buffer.clear()
        return left
