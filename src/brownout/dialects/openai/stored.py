"""Chat completions that the platform keeps: https://platform.openai.com/docs/api-reference/chat/list. Pure."""

from __future__ import annotations

from typing import Any

from brownout.dialects.openai.items import page
from brownout.dialects.paths import below
from brownout.exchange import Call


def place(call: Call) -> tuple[str, ...]:
    """What a path names behind ``/chat/completions``: the completion, and ``messages``."""
    return below(call.request.path, "completions")


def creates(call: Call) -> bool:
    """Whether a call wants words, rather than what is kept."""
    return call.request.method == "POST" and not place(call)


def deleted(id: str) -> dict[str, Any]:
    """What a DELETE of a kept completion answers."""
    return {"id": id, "object": "chat.completion.deleted", "deleted": True}


def messages(id: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages that a kept completion was made from, each with an id."""
    given = body.get("messages")
    listed = [message for message in given if isinstance(message, dict)] if isinstance(given, list) else []
    return [
        {"name": None, "content_parts": None, **message, "id": f"{id}-{index}"} for index, message in enumerate(listed)
    ]


def shown(call: Call, completion: dict[str, Any]) -> dict[str, Any]:
    """What a platform that keeps nothing else answers: the state is kept elsewhere (``brownout.standin``)."""
    id, *rest = place(call) or ("",)
    if not id or rest == ["messages"]:
        return page([])
    return deleted(id) if call.request.method == "DELETE" else {**completion, "id": id}
