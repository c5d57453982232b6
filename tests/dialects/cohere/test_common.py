"""What all Cohere services read alike, and what a caller insists on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.dialects.cohere import common as cohere
from brownout.dialects.cohere.chat import CohereChat
from brownout.exchange import Call, Request, Tool, Turn

TOOL = {"type": "function", "function": {"name": "find_parcel", "parameters": {"type": "object"}}}
ASK = [{"role": "user", "content": "hi"}]


def read(headers: dict[str, str] | None = None, **body: Any) -> Call:
    return CohereChat().read(
        Request("POST", "api.cohere.com", "/v2/chat", "", headers or {}, json.dumps(body).encode())
    )


def test_a_conversation_is_read_with_its_roles() -> None:
    messages = [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": [{"type": "text", "text": "one"}]},
        {"role": "assistant", "content": "hm"},
        {"role": "user", "content": "two"},
    ]
    call = read(model="command-a-03-2025", messages=messages, stream=True)

    assert call.turns == (Turn("system", "be kind"), Turn("user", "one"), Turn("assistant", "hm"), Turn("user", "two"))
    assert (call.text, call.model, call.stream) == ("two", "command-a-03-2025", True)
    assert call.conversation == read(messages=messages[:2]).conversation


def test_a_key_is_known_by_its_digest() -> None:
    call = read({"authorization": "Bearer sk-test-1"}, messages=ASK)

    assert call.api_key is not None
    assert "sk-test-1" not in call.api_key


@pytest.mark.parametrize(("choice", "name"), [("REQUIRED", "find_parcel"), ("NONE", None), (None, None)])
def test_a_tool_is_called_only_where_it_must(choice: str | None, name: str | None) -> None:
    tool = cohere.asked(read(messages=ASK, tools=[TOOL], tool_choice=choice)).tool

    assert tool == (Tool("find_parcel", {"type": "object"}) if name else None)


def test_after_a_tools_result_none_is_called() -> None:
    messages = [*ASK, {"role": "tool", "tool_call_id": "x", "content": "found"}]

    assert cohere.asked(read(messages=messages, tools=[TOOL], tool_choice="REQUIRED")).tool is None


@pytest.mark.parametrize(
    ("form", "schema"),
    [
        ({"type": "json_object"}, {}),
        ({"type": "json_object", "json_schema": {"type": "string"}}, {"type": "string"}),
        ({"type": "json_object", "schema": {"type": "string"}}, {"type": "string"}),
        ({"type": "text"}, None),
        (None, None),
    ],
)
def test_json_can_be_asked_for(form: dict[str, Any] | None, schema: dict[str, Any] | None) -> None:
    asked = cohere.asked(read(messages=ASK, response_format=form, max_tokens=9))

    assert (asked.schema, asked.limit) == (schema, 9)
