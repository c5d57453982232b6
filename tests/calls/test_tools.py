"""What a call offers to the model."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls.tools import offered, schema_of, tools
from brownout.exchange import Call, Request

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


@pytest.mark.parametrize(
    "body",
    [
        {"tools": [{"type": "function", "function": {"name": "find", "parameters": {"required": ["a"]}}}]},
        {"tools": [{"type": "function", "name": "find", "parameters": {"required": ["a"]}}]},
        {"tools": [{"name": "other"}, {"name": "find", "input_schema": {"required": ["a"]}}]},
        {"tools": [{"functionDeclarations": [{"name": "find", "parameters": {"required": ["a"]}}]}]},
        {"tools": [{"functionDeclarations": [{"name": "find", "parametersJsonSchema": {"required": ["a"]}}]}]},
        {"toolConfig": {"tools": [{"toolSpec": {"name": "find", "inputSchema": {"json": {"required": ["a"]}}}}]}},
        {"functions": [{"name": "find", "parameters": {"required": ["a"]}}]},
    ],
)
def test_a_tools_schema_is_found_in_every_platforms_form(body: dict[str, Any]) -> None:
    assert schema_of(body, "find") == {"required": ["a"]}
    assert schema_of(body, "missing") == {}


@given(JSON)
def test_looking_for_a_schema_never_fails(body: Any) -> None:
    assert isinstance(schema_of({"tools": body, "functions": body, "toolConfig": body}, "find"), dict)
