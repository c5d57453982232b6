"""Bytes of JSON and of server-sent events, as several providers write them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

JSON = "application/json"
SSE = "text/event-stream; charset=utf-8"
DONE = b"data: [DONE]\n\n"
"""What ends a stream of OpenAI's grammar."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump(value: Any) -> bytes:
    """Compact JSON; what UTF-8 cannot hold becomes a question mark."""
    return _encode(value).encode("utf-8", "replace")


def dump_stepwise(value: Any) -> bytes:
    """As ``dump``; but each list of plain values is a step of its own, and other threads have their turn in between."""
    return b"".join(step.encode("utf-8", "replace") for step in _steps(value))


def _steps(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for place, (key, item) in enumerate(value.items()):
            yield f"{',' if place else '{'}{_encode(key)}:"
            yield from _steps(item)
        yield "}" if value else "{}"
    elif isinstance(value, list) and value and isinstance(value[0], dict | list):
        for place, item in enumerate(value):
            yield "," if place else "["
            yield from _steps(item)
        yield "]"
    else:
        yield _encode(value)


def event(value: Any, name: str | None = None) -> bytes:
    """A server-sent event with this JSON as its data, named or not."""
    line = f"event: {name}\n".encode() if name else b""
    return line + b"data: " + dump(value) + b"\n\n"
