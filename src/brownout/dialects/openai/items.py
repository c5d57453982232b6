"""Items: what Responses and Conversations are made of, both ways. Pure; reading never raises.

https://platform.openai.com/docs/api-reference/conversations/list-items-object
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from brownout.dialects.openai.common import digest
from brownout.dialects.reading import string, text_of
from brownout.exchange import Turn

Item = dict[str, Any]
_ROLES = ("user", "assistant", "system", "developer", "tool")
_PAGE, _MAX_PAGE = 20, 100


def output_text(text: str) -> dict[str, Any]:
    """The content part of something the model said."""
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}


def message(id: str, role: str, content: list[dict[str, Any]], status: str = "completed") -> Item:
    """A message as an item of a conversation."""
    return {"id": id, "type": "message", "status": status, "content": content, "role": role}


def _parts(content: Any, role: str) -> list[dict[str, Any]]:
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        return content
    text = text_of(content)
    return [output_text(text)] if role == "assistant" else [{"type": "input_text", "text": text}]


def _item(given: Item, id: str) -> Item:
    kind = given.get("type", "message")
    if kind != "message":
        prefix = "fc_" if kind == "function_call" else "item_"
        return {"status": "completed", **given, "id": string(given.get("id")) or f"{prefix}{id}"}
    role = given.get("role")
    known = role if isinstance(role, str) and role in _ROLES else "user"
    return message(string(given.get("id")) or f"msg_{id}", known, _parts(given.get("content"), known))


def items_of(given: Any, id: str) -> list[Item]:
    """A request's ``input`` or ``items`` as the platform stores them; ids are made from ``id``."""
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    if not isinstance(given, list):
        return []
    return [
        _item(item, digest("item", id, str(index), size=16))
        for index, item in enumerate(given)
        if isinstance(item, dict)
    ]


def turns_of_items(given: Any) -> tuple[Turn, ...]:
    """What was said in a request's ``input``, a text or a list of items."""
    if isinstance(given, str):
        return (Turn("user", given),)
    turns: list[Turn] = []
    for item in given if isinstance(given, list) else []:
        if not isinstance(item, dict):
            continue
        role = item.get("role")
        if isinstance(role, str):
            turns.append(Turn(role, text_of(item.get("content"))))
        elif item.get("type") == "function_call_output":
            turns.append(Turn("tool", text_of(item.get("output"))))
    return tuple(turns)


def page(items: Sequence[Item], query: str = "") -> dict[str, Any]:
    """One page of a list, as ``order`` (newest first unless ``asc``), ``limit`` and ``after`` of the query ask."""
    asked = parse_qs(query)
    ordered = list(items) if asked.get("order") == ["asc"] else list(reversed(items))
    after = asked.get("after", [""])[0]
    ids = [item.get("id") for item in ordered]
    if after in ids:
        ordered = ordered[ids.index(after) + 1 :]
    limit = asked.get("limit", [""])[0]
    size = min(max(int(limit), 1), _MAX_PAGE) if limit.isascii() and limit.isdigit() and len(limit) < 9 else _PAGE
    shown = ordered[:size]
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
        "has_more": len(ordered) > size,
    }
