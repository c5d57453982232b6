"""Bytes of JSON and of server-sent events, as several providers write them. Pure."""

from __future__ import annotations

import json
from typing import Any

JSON = "application/json"
SSE = "text/event-stream; charset=utf-8"
DONE = b"data: [DONE]\n\n"
"""What ends a stream of OpenAI's grammar."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump(value: Any) -> bytes:
    """Compact JSON; what UTF-8 cannot hold becomes a question mark."""
    return _encode(value).encode("utf-8", "replace")


def event(value: Any, name: str | None = None) -> bytes:
    """A server-sent event with this JSON as its data, named or not."""
    line = f"event: {name}\n".encode() if name else b""
    return line + b"data: " + dump(value) + b"\n\n"
