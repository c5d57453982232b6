"""Conversations, kept by the platform: https://platform.openai.com/docs/api-reference/conversations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brownout.dialects.family import family_path_of
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import errors as openai_errors
from brownout.dialects.openai import items as openai_items
from brownout.dialects.reading import last_said
from brownout.exchange import Answer, Call, Reply, Request

PATH = "/v1/conversations"


def parts(path: str) -> tuple[str | None, bool, str | None]:
    """The parts of ``/v1/conversations/CONVERSATION/items/ITEM``: conversation, whether ``items`` follows, and item."""
    conversation, _, rest = path.removeprefix(PATH).strip("/").partition("/")
    items, _, item = rest.partition("/")
    return conversation or None, items == "items", item or None


def conversation(id: str, created: int, metadata: Any) -> dict[str, Any]:
    """A conversation as the API shows it."""
    pairs = metadata if isinstance(metadata, dict) else {}
    return {"id": id, "object": "conversation", "created_at": created, "metadata": pairs}


def deleted(id: str) -> dict[str, Any]:
    """What a DELETE of a conversation answers."""
    return {"id": id, "object": "conversation.deleted", "deleted": True}


class OpenAIConversations(openai.OpenAIDialect):
    """``openai.conversations``: create, retrieve, update and delete one; list, add, retrieve and delete its items."""

    service = "openai.conversations"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` is the last thing the user says in the items sent along."""
        turns = openai_items.turns_of_items(request.json.get("items"))
        call = openai.read(self.service, request, turns)
        return replace(call, conversation=openai_errors.conversation_id(call), text=last_said(turns), stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What an empty, just created conversation answers: the state is kept elsewhere (``brownout.standin``)."""
        id, items, item = parts(family_path_of(call))
        named = id or f"conv_{answer.id}"
        if items and item is None:
            given = openai_items.items_of(call.body.get("items"), answer.id)
            return openai.ok(call, answer, openai_items.page(given, "order=asc"))
        if call.request.method == "DELETE" and not items:
            return openai.ok(call, answer, deleted(named))
        return openai.ok(call, answer, conversation(named, answer.created, call.body.get("metadata")))
