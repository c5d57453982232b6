"""Where a stream event keeps its data: server-sent events, lines, array elements and AWS's frames. Pure."""

from __future__ import annotations

import json
import re

from brownout.wire import eventstream

_DATA = re.compile(rb"^data:[ \t]?(.*?)(?=\r?\n|\r|\Z)", re.MULTILINE)
_NAME = re.compile(rb"^event:[ \t]?(.*?)[ \t]*(?=\r?\n|\r|\Z)", re.MULTILINE)


def payload(event: bytes) -> tuple[int, int]:
    """Where an event's data begins and ends: its first ``data:`` line, a frame's payload, or its JSON object."""
    if eventstream.is_frame(event):
        return eventstream.payload_of(event)
    match = _DATA.search(event)
    if match:
        return match.span(1)
    start, end = event.find(b"{"), event.rfind(b"}") + 1
    return (start, end) if 0 <= start < end else (0, len(event.rstrip(b"\r\n")))


def replaced(event: bytes, data: bytes) -> bytes:
    """The event with other data in the same framing: a frame's lengths and checksums fit it."""
    if eventstream.is_frame(event):
        return eventstream.with_payload(event, data)
    start, end = payload(event)
    return event[:start] + data + event[end:]


def type_of(event: bytes) -> str:
    """An event's type: its SSE name or frame type, or the ``type`` or ``object`` in its JSON, or text that is no JSON.

    ``[DONE]`` is the type of OpenAI's last event.
    """
    if eventstream.is_frame(event):
        return eventstream.type_of(event)
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


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
