"""What all Anthropic services share."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brownout.dialects.anthropic.common import forced_tool, read, request_id, turns
from brownout.exchange import Request, Turn

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
KEYS = st.sampled_from(["messages", "system", "tools", "tool_choice", "metadata", "model", "stream", "role", "content"])
TOOLS = [
    {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}},
    {"name": "get_time", "input_schema": {"type": "object"}},
]
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "Rain"}]}
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def request(body: Any, headers: dict[str, str] | None = None) -> Request:
    return Request("POST", "api.anthropic.com", "/v1/messages", headers=headers or {}, body=json.dumps(body).encode())


def test_a_call_is_read_as_the_client_wrote_it() -> None:
    call = read(
        "anthropic.messages",
        request(
            {
                "model": "claude-x",
                "stream": True,
                "system": [{"type": "text", "text": "Be brief."}],
                "metadata": {"user_id": "user-7"},
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
                    {"role": "assistant", "content": "Hi"},
                    {"role": "user", "content": "And now?"},
                ],
            },
            {"x-api-key": "sk-test-1", "x-stainless-retry-count": "1"},
        ),
        streams=True,
    )

    assert (call.service, call.model, call.stream, call.user, call.attempt) == (
        "anthropic.messages",
        "claude-x",
        True,
        "user-7",
        1,
    )
    assert call.text == "And now?"
    assert call.turns == (
        Turn("system", "Be brief."),
        Turn("user", "Hello"),
        Turn("assistant", "Hi"),
        Turn("user", "And now?"),
    )
    assert call.api_key is not None
    assert call.conversation is not None


def test_both_ways_to_send_a_key_are_the_same_caller() -> None:
    older = read("anthropic.messages", request({}, {"x-api-key": "sk-test-1"}))
    newer = read("anthropic.messages", request({}, {"authorization": "Bearer sk-test-1"}))

    assert older.api_key == newer.api_key is not None


def test_a_tools_use_and_its_result_are_turns_and_not_the_users_words() -> None:
    messages = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": [{"type": "tool_use", "name": "get_weather", "input": {"city": "Bonn"}}]},
        {"role": "user", "content": [RESULT]},
    ]

    call = read("anthropic.messages", request({"messages": messages}))

    assert call.text == "Weather?"
    assert [turn.role for turn in call.turns] == ["user", "assistant", "tool", "user"]
    assert call.turns[1].text == '{"city":"Bonn"}'
    assert call.turns[2].text == "Rain"


@BUSY
@given(body=st.dictionaries(KEYS, JSON, max_size=6) | JSON, headers=st.dictionaries(st.text(), st.text(), max_size=3))
def test_no_body_makes_reading_fail(body: Any, headers: dict[str, str]) -> None:
    call = read("anthropic.messages", request(body, headers), streams=True)

    assert call.turns == turns(call.body)
    forced_tool(call.body)


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        ({"type": "any"}, "get_weather"),
        ({"type": "tool", "name": "get_time"}, "get_time"),
        ({"type": "tool", "name": "unknown"}, None),
        ({"type": "auto"}, None),
        ({"type": "none"}, None),
        (None, None),
    ],
)
def test_a_tool_is_used_only_where_there_is_no_other_way(choice: Any, name: str | None) -> None:
    tool = forced_tool({"tools": TOOLS, "tool_choice": choice, "messages": [{"role": "user", "content": "Weather?"}]})

    assert (tool.name if tool else None) == name


def test_a_tool_is_never_used_after_a_tools_result() -> None:
    messages = [{"role": "user", "content": [RESULT]}]

    assert forced_tool({"tools": TOOLS, "tool_choice": {"type": "any"}, "messages": messages}) is None


def test_a_request_id_has_the_platforms_form() -> None:
    assert len(request_id("ab" * 16)) == len("req_011CSHoEeqs5C35K2UUqR7Fy")
    assert request_id("ab").startswith("req_011C")
    assert request_id("ab") != request_id("ac")
