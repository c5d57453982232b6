"""Where a stream event keeps its data: server-sent events, lines, array elements and AWS's frames. Pure."""

from __future__ import annotations

import json
import re
import struct
from zlib import crc32

_DATA = re.compile(rb"^data:[ \t]?(.*?)(?=\r?\n|\r|\Z)", re.MULTILINE)
_NAME = re.compile(rb"^event:[ \t]?(.*?)[ \t]*(?=\r?\n|\r|\Z)", re.MULTILINE)
# A frame: lengths of all and of the headers, their checksum, headers, payload, checksum of all before.
# https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html
_PRELUDE, _CHECKSUM = struct.Struct(">III"), struct.Struct(">I")
_FRAME_TYPE = re.compile(rb":(?:event|exception)-type\x07(..)", re.DOTALL)


def payload(event: bytes) -> tuple[int, int]:
    """Where an event's data begins and ends: its first ``data:`` line, a frame's payload, or its JSON object."""
    if _is_frame(event):
        return _PRELUDE.size + int.from_bytes(event[4:8]), len(event) - _CHECKSUM.size
    match = _DATA.search(event)
    if match:
        return match.span(1)
    start, end = event.find(b"{"), event.rfind(b"}") + 1
    return (start, end) if 0 <= start < end else (0, len(event.rstrip(b"\r\n")))


def replaced(event: bytes, data: bytes) -> bytes:
    """The event with other data in the same framing: a frame's lengths and checksums fit it."""
    start, end = payload(event)
    if not _is_frame(event):
        return event[:start] + data + event[end:]
    lengths = struct.pack(">II", len(event) + len(data) - (end - start), start - _PRELUDE.size)
    frame = lengths + _CHECKSUM.pack(crc32(lengths)) + event[_PRELUDE.size : start] + data
    return frame + _CHECKSUM.pack(crc32(frame))


def type_of(event: bytes) -> str:
    """An event's type: its SSE name or frame type, or the ``type`` or ``object`` in its JSON, or text that is no JSON.

    ``[DONE]`` is the type of OpenAI's last event.
    """
    if _is_frame(event):
        found = _FRAME_TYPE.search(event)
        return _text(event[found.end() : found.end() + int.from_bytes(found[1])]) if found else ""
    named = _NAME.search(event)
    if named:
        return _text(named[1])
    start, end = payload(event)
    try:
        value = json.loads(event[start:end])
    except (ValueError, RecursionError):
        return _text(event[start:end])
    if not isinstance(value, dict):
        return ""
    return str(value.get("type") or value.get("event_type") or value.get("object") or "")


def _is_frame(event: bytes) -> bool:
    return len(event) >= _PRELUDE.size + _CHECKSUM.size and int.from_bytes(event[:4]) == len(event)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
