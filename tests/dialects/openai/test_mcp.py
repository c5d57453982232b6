"""MCP servers in a response: what is declared, and what is shown of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.dialects import dialect_for
from brownout.dialects.openai import mcp as openai_mcp
from brownout.exchange import Call, Request

WRITES: dict[str, Any] = {"name": "refund"}
READS: dict[str, Any] = {"name": "stock", "annotations": {"readOnlyHint": True}}


def call_with(*tools: Any) -> Call:
    body = json.dumps({"model": "gpt-5", "input": "hello", "tools": list(tools)}).encode()
    return dialect_for("openai.responses").read(Request("POST", "api.openai.com", "/v1/responses", body=body))


def server(**keys: Any) -> openai_mcp.Server:
    (made,) = openai_mcp.servers(call_with({"type": "mcp", "server_label": "shop", **keys}))
    return made


@pytest.mark.parametrize(
    ("asks", "needed"),
    [
        (None, [True, True]),
        ("always", [True, True]),
        ("never", [False, False]),
        ({"never": {"tool_names": ["refund"]}}, [False, True]),
        ({"never": {"read_only": True}}, [True, False]),
        ({"always": {"tool_names": ["refund"]}}, [True, True]),
    ],
)
def test_approval_is_needed_unless_the_caller_says_otherwise(asks: Any, needed: list[bool]) -> None:
    assert [server(require_approval=asks).needs_approval(tool) for tool in (WRITES, READS)] == needed


@pytest.mark.parametrize(
    ("allowed", "taken"), [(None, [True, True]), (["stock"], [False, True]), ({"read_only": False}, [True, False])]
)
def test_tools_may_be_filtered(allowed: Any, taken: list[bool]) -> None:
    assert [server(allowed_tools=allowed).allowed.takes(tool) for tool in (WRITES, READS)] == taken


def test_what_opens_a_server_is_not_repeated() -> None:
    url = "https://me:pass@mcp.example.com/path?key=1"
    shown = openai_mcp.shown({"type": "mcp", "server_url": url, "headers": {"x": "1"}, "authorization": "t"})

    assert (shown["server_url"], shown["headers"]) == ("https://mcp.example.com/<redacted>", {"x": "<redacted>"})
    assert shown["authorization"] == "<redacted>"
    assert openai_mcp.shown({"type": "function", "headers": {"x": "1"}}) == {"type": "function", "headers": {"x": "1"}}


def test_credentials_can_be_wrong_or_missing_and_the_rest_stays() -> None:
    made = server(headers={"X-Tenant": "7", "X-Api-Key": "k"}, authorization="t")

    assert made.credentials("good") == (("X-Tenant", "7"), ("X-Api-Key", "k"), ("authorization", "Bearer t"))
    assert made.credentials("missing") == (("X-Tenant", "7"),)
    wrong = dict(made.credentials("wrong"))
    assert wrong["X-Tenant"] == "7"
    assert wrong["authorization"].startswith("Bearer not-")
    assert wrong["X-Api-Key"].startswith("not-")


@pytest.mark.parametrize("tools", [[1], [{"type": "mcp"}], [{"type": "mcp", "server_label": 3}], [{}]])
def test_what_declares_no_server_is_passed_over(tools: list[Any]) -> None:
    assert openai_mcp.servers(call_with(*tools)) == ()


def test_a_delivery_is_read_by_its_method() -> None:
    body = json.dumps({"method": "tools/call", "params": {"name": "refund"}}).encode()

    assert dialect_for("openai.mcp").read(Request("POST", "127.0.0.1", "/mcp", body=body)).model == "tools/call refund"
