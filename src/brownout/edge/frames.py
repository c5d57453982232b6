"""WebSocket frames: cut out of a byte stream as they are, and made. Pure; loses no byte.

https://www.rfc-editor.org/rfc/rfc6455#section-5.2 and, for compressed messages, https://www.rfc-editor.org/rfc/rfc7692.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

TEXT, BINARY, CLOSE = 0x1, 0x2, 0x8
NO_STATUS = 1005
"""What stands for a close frame without a code."""
_FIN, _COMPRESSED, _MASKED = 0x80, 0x40, 0x80
_TAIL = b"\x00\x00\xff\xff"  # what a sender leaves away from the end of each compressed message
_NO_MASK = bytes(4)


@dataclass(frozen=True)
class Frame:
    """One frame, byte for byte as it came; ``start`` is where its payload begins."""

    raw: bytes
    start: int

    @property
    def opcode(self) -> int:
        """``TEXT``, ``BINARY``, 0 for the continuation of one, 8 and above for control frames."""
        return self.raw[0] & 0x0F

    @property
    def final(self) -> bool:
        """Whether it is the last frame of its message."""
        return bool(self.raw[0] & _FIN)

    @property
    def compressed(self) -> bool:
        """Whether it begins a compressed message."""
        return bool(self.raw[0] & _COMPRESSED)

    @property
    def control(self) -> bool:
        """Whether it is no part of a message: close, ping, pong."""
        return self.opcode >= CLOSE

    @property
    def size(self) -> int:
        """How many bytes of payload it has."""
        return len(self.raw) - self.start

    @cached_property
    def payload(self) -> bytes:
        """What it carries, without the client's mask."""
        data = self.raw[self.start :]
        if not self.raw[1] & _MASKED or not data:
            return data
        mask = self.raw[self.start - 4 : self.start]
        whole = (mask * (len(data) // 4 + 1))[: len(data)]
        return (int.from_bytes(data) ^ int.from_bytes(whole)).to_bytes(len(data))

    @property
    def close_code(self) -> int:
        """The code of a close frame."""
        return int.from_bytes(self.payload[:2]) if self.size >= 2 else NO_STATUS


class FrameCutter:
    """Feed it chunks; it gives back whole frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that this chunk completes."""
        self._buffer += data
        frames: list[Frame] = []
        done = 0
        while (place := _measure(self._buffer, done)) is not None:
            start, end = place
            if end > len(self._buffer):
                break
            frames.append(Frame(bytes(self._buffer[done:end]), start - done))
            done = end
        del self._buffer[:done]
        return frames


def _measure(buffer: bytearray, at: int) -> tuple[int, int] | None:
    """Where the payload of the frame at this place begins and ends; None while its head is not whole."""
    if len(buffer) < at + 2:
        return None
    length, start = buffer[at + 1] & 0x7F, at + 2
    extra = {126: 2, 127: 8}.get(length, 0)
    masked = 4 if buffer[at + 1] & _MASKED else 0
    if len(buffer) < start + extra + masked:
        return None
    if extra:
        length = int.from_bytes(buffer[start : start + extra])
    start += extra + masked
    return start, start + length


def make(opcode: int, payload: bytes, *, masked: bool = False) -> bytes:
    """One whole, final frame; ``masked``, as a client must send it, by a mask that changes nothing."""
    bit = _MASKED if masked else 0
    size = len(payload)
    if size < 126:
        head = bytes((_FIN | opcode, bit | size))
    elif size < 1 << 16:
        head = bytes((_FIN | opcode, bit | 126)) + size.to_bytes(2)
    else:
        head = bytes((_FIN | opcode, bit | 127)) + size.to_bytes(8)
    return head + (_NO_MASK if masked else b"") + payload


def make_close(code: int, reason: str = "", *, masked: bool = False) -> bytes:
    """A close frame; its reason is cut to the 123 bytes that fit, between two characters."""
    words = reason.encode()[:123].decode("utf-8", "ignore").encode()
    return make(CLOSE, b"" if code == NO_STATUS else code.to_bytes(2) + words, masked=masked)


class MessageReader:
    """Puts payloads together, and inflates them where they are compressed, to ``most`` bytes each at the most."""

    def __init__(self, most: int = 1 << 20) -> None:
        self._most = most
        self._parts: list[bytes] = []
        self._compressed = False
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)

    def feed(self, frame: Frame) -> bytes | None:
        """The message that this frame ends; None where it ends none. Raises ValueError where it cannot be read."""
        if frame.control:
            return None
        if frame.opcode:
            self._parts, self._compressed = [], frame.compressed
        self._parts.append(frame.payload)
        if not frame.final:
            return None
        whole, self._parts = b"".join(self._parts), []
        if not self._compressed:
            return whole
        try:
            read = self._inflate.decompress(whole + _TAIL, self._most)
        except zlib.error as error:
            raise ValueError(f"not a compressed message: {error}") from error
        if self._inflate.unconsumed_tail:
            raise ValueError(f"more than {self._most} bytes in one message")
        return read
