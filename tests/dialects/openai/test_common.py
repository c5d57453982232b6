"""What OpenAI's services share."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brownout.dialects.openai.common import OpenAIDialect, dump, json_schema, request_id
from brownout.dialects.openai.tools import forced_tool
from brownout.exchange import Answer, Request, Tool

CHAT_TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
FLAT_TOOL = {"type": "function", "name": "f", "parameters": {"type": "object"}}
F = Tool("f", {"type": "object"})


@pytest.mark.parametrize(
    ("body", "tool"),
    [
        ({"tools": [CHAT_TOOL]}, None),
        ({"tools": [CHAT_TOOL], "tool_choice": "auto"}, None),
        ({"tools": [CHAT_TOOL], "tool_choice": "none"}, None),
        ({"tools": [CHAT_TOOL], "tool_choice": "required"}, F),
        ({"tools": [FLAT_TOOL], "tool_choice": "required"}, F),
        ({"tools": [CHAT_TOOL], "tool_choice": {"type": "function", "function": {"name": "f"}}}, F),
        ({"tools": [FLAT_TOOL], "tool_choice": {"type": "function", "name": "f"}}, F),
        ({"tools": [FLAT_TOOL], "tool_choice": {"type": "function", "name": "g"}}, None),
        ({"tools": [CHAT_TOOL], "tool_choice": "required", "messages": [{"role": "tool"}]}, None),
        ({"tools": [FLAT_TOOL], "tool_choice": "required", "input": [{"type": "function_call_output"}]}, None),
        ({"tool_choice": "required"}, None),
    ],
)
def test_a_tool_is_called_only_when_there_is_no_other_way(body: dict[str, Any], tool: Tool | None) -> None:
    assert forced_tool(body) == tool


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        ({}, None),
        ({"response_format": {"type": "text"}}, None),
        ({"response_format": {"type": "json_object"}}, {}),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "object"}}}},
            {"type": "object"},
        ),
        ({"text": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}, {"type": "object"}),
        ({"text": {"format": {"type": "text"}}}, None),
    ],
)
def test_the_wanted_format_is_found(body: dict[str, Any], schema: dict[str, Any] | None) -> None:
    assert json_schema(body) == schema


def test_every_request_id_has_the_platform_s_form() -> None:
    assert request_id("ab" * 16) == f"req_{'ab' * 16}"
    assert len(request_id("strange")) == 36


def test_other_services_answer_with_an_empty_list() -> None:
    other = OpenAIDialect()
    call = other.read(Request("GET", "api.openai.com", "/v1/files"))
    assert other.answer(call, Answer("0" * 32, 1, (), 0)).body == b'{"object":"list","data":[],"has_more":false}'


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_any_text_becomes_utf8(text: str) -> None:
    dump({"text": text}).decode()
