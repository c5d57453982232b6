"""Conversations and their items."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.conversations import Conversation, ConversationDeletedResource, ConversationItemList

from brownout.dialects.openai.conversations import OpenAIConversations, parts
from brownout.dialects.openai.items import items_of, page, turns_of_items
from brownout.exchange import Answer, Call, Request

DIALECT = OpenAIConversations()
BUSY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
ANSWER = Answer("0" * 32, 1, ("yes",), 0)
MESSAGE = {"type": "message", "role": "user", "content": "hello bo-aaaaaaaaaaaa"}


def ask(method: str, path: str, body: dict[str, Any] | None = None) -> Call:
    raw = json.dumps(body).encode() if body is not None else b""
    return DIALECT.read(Request(method, "api.openai.com", path, body=raw))


def test_a_new_conversation_has_an_id_of_its_own() -> None:
    call = ask("POST", "/v1/conversations", {"metadata": {"a": "b"}, "items": [MESSAGE]})
    made = Conversation.model_validate_json(DIALECT.answer(call, ANSWER).body, strict=True)
    assert (made.id, made.metadata) == (f"conv_{ANSWER.id}", {"a": "b"})
    assert call.text == "hello bo-aaaaaaaaaaaa"
    assert call.conversation is None


def test_a_conversation_is_named_by_its_path() -> None:
    call = ask("GET", "/v1/conversations/conv_1")
    assert call.conversation == "conv_1"
    assert Conversation.model_validate_json(DIALECT.answer(call, ANSWER).body).id == "conv_1"
    gone = DIALECT.answer(ask("DELETE", "/v1/conversations/conv_1"), ANSWER)
    assert ConversationDeletedResource.model_validate_json(gone.body, strict=True).id == "conv_1"


def test_added_items_come_back_as_the_platform_stores_them() -> None:
    call = ask("POST", "/v1/conversations/conv_1/items", {"items": [MESSAGE]})
    listed = ConversationItemList.model_validate_json(DIALECT.answer(call, ANSWER).body, strict=True)
    assert listed.data[0].type == "message"
    assert listed.first_id == listed.last_id == listed.data[0].id


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/v1/conversations", (None, False, None)),
        ("/v1/conversations/c", ("c", False, None)),
        ("/v1/conversations/c/items", ("c", True, None)),
        ("/v1/conversations/c/items/i", ("c", True, "i")),
    ],
)
def test_a_path_falls_into_its_parts(path: str, found: tuple[str | None, bool, str | None]) -> None:
    assert parts(path) == found


def test_pages_follow_the_query() -> None:
    items = [{"id": f"msg_{number}"} for number in range(30)]
    newest = page(items)
    assert [newest["first_id"], newest["last_id"], newest["has_more"]] == ["msg_29", "msg_10", True]
    rest = page(items, "after=msg_10")
    assert [rest["first_id"], rest["last_id"], rest["has_more"]] == ["msg_9", "msg_0", False]
    oldest = page(items, "order=asc&limit=2")
    assert [item["id"] for item in oldest["data"]] == ["msg_0", "msg_1"]
    assert page([], "limit=x")["data"] == []


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["role", "content", "type", "id", "text"]), inner),
    max_leaves=20,
)


@BUSY
@given(ODD)
def test_odd_items_are_read_and_stored_all_the_same(given_items: Any) -> None:
    turns_of_items(given_items)
    for item in items_of(given_items, "x"):
        assert item["id"]
