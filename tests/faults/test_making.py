"""Which calls are answered in words, and what they offer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.dialects import DIALECTS
from brownout.exchange import Call, Request, Turn
from brownout.faults.making import offered, one_event, retyped, talks, tools

JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "tools", "function", "toolSpec", "functionDeclarations"]), inner)
    ),
    max_leaves=20,
)


def call(body: dict[str, Any]) -> Call:
    return Call("openai.chat", Request("POST", "h", "/", body=json.dumps(body).encode()))


@pytest.mark.parametrize(
    "body",
    [
        {"tools": [{"type": "function", "function": {"name": "find", "parameters": {"name": "no"}}}]},
        {"tools": [{"type": "function", "name": "find", "parameters": {}}]},
        {"tools": [{"name": "find", "input_schema": {"properties": {"name": {}}}}]},
        {"tools": [{"functionDeclarations": [{"name": "find"}]}]},
        {"toolConfig": {"tools": [{"toolSpec": {"name": "find", "inputSchema": {}}}]}},
        {"functions": [{"name": "find"}]},
    ],
)
def test_tools_are_found_in_every_platforms_form(body: dict[str, Any]) -> None:
    assert offered(call(body)) == ["find"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"tools": [{"type": "web_search"}, {"type": "mcp", "server_label": "crm"}]}, ["web_search", "mcp"]),
        ({"tools": [{"type": "function", "name": "find"}]}, ["find", "function"]),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, ["web_search", "web_search_20250305"]),
        ({"tools": [{"google_search": {}}]}, ["google_search"]),
        ({"web_search_options": {}}, ["web_search"]),
        ({"tools": "none"}, []),
    ],
)
def test_a_platforms_own_tools_have_types_or_keys(body: dict[str, Any], found: list[str]) -> None:
    assert tools(call(body)) == found


@given(st.dictionaries(st.sampled_from(["tools", "functions", "toolConfig"]), JSON))
def test_no_body_is_too_odd(body: dict[str, Any]) -> None:
    assert all(isinstance(name, str) for name in offered(call(body)) + tools(call(body)))


@pytest.mark.parametrize("service", ["openai.chat", "openai.responses", "anthropic.messages"])
def test_what_is_said_to_a_model_is_answered_in_words(call_for: Callable[..., Call], service: str) -> None:
    assert talks(call_for(service))


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("openai.responses", "GET", "/v1/responses/resp_1"),
        ("openai.responses", "POST", "/v1/responses/input_tokens"),
        ("anthropic.messages", "POST", "/v1/messages/count_tokens"),
        ("openai.conversations", "POST", "/v1/conversations"),
        ("openai.embeddings", "POST", "/v1/embeddings"),
    ],
)
def test_what_is_answered_otherwise_is_no_talk(
    call_for: Callable[..., Call], service: str, method: str, path: str
) -> None:
    assert not talks(call_for(service, method=method, path=path))


TALKERS = sorted(name for name, dialect in DIALECTS.items() if dialect.pace == "tokens")


@pytest.mark.parametrize("name", TALKERS)
def test_every_service_that_answers_a_token_at_a_time_talks(name: str) -> None:
    assert talks(Call(name, Request("POST", "h", "/"), turns=(Turn("user", "Hello"),)))


def test_an_event_has_the_framing_that_is_promised() -> None:
    value = {"a": "ü"}

    assert one_event((("Content-Type", "text/event-stream; charset=utf-8"),), value) == 'data: {"a": "ü"}\n\n'.encode()
    assert one_event((("content-type", "application/x-ndjson"),), value) == '{"a": "ü"}\n'.encode()
    assert json.loads(one_event((), value)) == value


def test_another_type_takes_the_place_of_the_old_and_the_length_goes() -> None:
    headers = (("Content-Type", "a/b"), ("Content-Length", "3"), ("x", "1"))

    assert retyped(headers, "c/d") == (("content-type", "c/d"), ("x", "1"))
