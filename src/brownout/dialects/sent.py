"""What went out of a stream, read by whoever makes up its next event: that one belongs to the same answer. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeAlias

from brownout.wire.payloads import payload, type_of

Sent: TypeAlias = tuple[bytes, ...]
"""The platform's events that reached the client, whole and in their order."""
Value = dict[str, Any]


def values_of(sent: Iterable[bytes]) -> list[Value]:
    """The JSON object of each event that holds one; comments, ``[DONE]`` and what is damaged are passed by."""
    values: list[Value] = []
    for event in sent:
        start, end = payload(event)
        try:
            value = json.loads(event[start:end])
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            values.append(value)
    return values


_LAST = ("[DONE]", "message_stop", "response.completed", "response.failed", "response.incomplete")


def is_over(sent: Sent) -> bool:
    """Whether nothing can follow: the last event was the one that ends a stream."""
    return bool(sent) and type_of(sent[-1]).strip() in _LAST


def table_in(value: object, key: str) -> Value:
    """The object under a key; empty where there is none."""
    held = value.get(key) if isinstance(value, dict) else None
    return held if isinstance(held, dict) else {}


def tables_in(value: object, key: str) -> list[Value]:
    """The objects in the list under a key."""
    held = value.get(key) if isinstance(value, dict) else None
    return [item for item in held if isinstance(item, dict)] if isinstance(held, list) else []


def text_in(value: object, key: str) -> str:
    """The text under a key; empty where there is none."""
    held = value.get(key) if isinstance(value, dict) else None
    return held if isinstance(held, str) else ""


def number_in(value: object, key: str, default: int) -> int:
    """The whole number under a key."""
    held = value.get(key) if isinstance(value, dict) else None
    return held if isinstance(held, int) and not isinstance(held, bool) else default
