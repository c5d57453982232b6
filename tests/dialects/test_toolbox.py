"""Which tools a call leaves to the model, on every platform that has tools."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.dialects import dialect_for
from brownout.dialects.toolbox import AUTO, NONE, Choice, Message, choose, step_of
from brownout.exchange import Call, Request, Tool

A, B, FINAL = Tool("a", {}), Tool("b", {}), Tool("final_result", {})
USER, RESULT = Message(asks=True), Message(results=True)


def called(*names: str) -> Message:
    return Message(calls=names)


@pytest.mark.parametrize(
    ("choice", "messages", "must", "may"),
    [
        (AUTO, [USER], None, (A, B, FINAL)),
        (NONE, [USER], None, ()),
        (Choice("auto", ("b",)), [USER], None, (B,)),
        (Choice("any"), [USER], A, ()),
        (Choice("any", ("b",)), [USER], B, ()),
        (AUTO, [USER, called("a"), RESULT], None, ()),
        (AUTO, [USER, called("a"), RESULT, Message(), USER], None, (A, B, FINAL)),
        (AUTO, [RESULT], None, ()),
        # a framework ends a turn by a tool of its own, which comes last
        (Choice("any"), [USER, called("a"), RESULT], FINAL, ()),
        (Choice("any"), [USER, called("a"), RESULT, called("final_result"), RESULT], B, ()),
        (Choice("any"), [USER, called("a", "b", "final_result"), RESULT], None, ()),
        (Choice("any", ("a",)), [USER, called("a"), RESULT], None, ()),
        (Choice("any"), [RESULT], None, ()),
    ],
)
def test_a_tool_is_left_to_the_model_once_a_turn(
    choice: Choice, messages: list[Message], must: Tool | None, may: tuple[Tool, ...]
) -> None:
    assert choose((A, B, FINAL), choice, messages) == (must, may)


@pytest.mark.parametrize(
    ("messages", "step"),
    [
        ([], 0),
        ([USER], 0),
        ([USER, called("a"), RESULT], 1),
        ([USER, called("a", "b"), RESULT, RESULT], 1),
        ([USER, called("a"), RESULT, called("b"), RESULT], 2),
        ([USER, called("a"), RESULT, Message(), USER], 0),
        ([RESULT], 1),
    ],
)
def test_a_step_of_a_turn_is_known_by_the_results_before_it(messages: list[Message], step: int) -> None:
    assert step_of(messages) == step


CHAT_TOOLS = [{"type": "function", "function": {"name": "refund", "parameters": {"type": "object"}}}]
CHAT_CALL = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "refund", "arguments": "{}"}}]}
CHAT_TURN = [{"role": "user", "content": "hi"}, CHAT_CALL, {"role": "tool", "content": "done"}]
FLAT = [{"type": "function", "name": "refund", "parameters": {}}]
ITEMS = [
    {"role": "user", "content": "hi"},
    {"type": "function_call", "name": "refund"},
    {"type": "function_call_output", "output": "done"},
]
BLOCKS = [
    {"role": "user", "content": "hi"},
    {"role": "assistant", "content": [{"type": "tool_use", "name": "refund", "input": {}}]},
    {"role": "user", "content": [{"type": "tool_result", "content": "done"}, {"type": "text", "text": "a reminder"}]},
]
PARTS = [
    {"role": "user", "parts": [{"text": "hi"}]},
    {"role": "model", "parts": [{"functionCall": {"name": "refund", "args": {}}}]},
    {"role": "user", "parts": [{"functionResponse": {"name": "refund", "response": {}}}]},
]
USES = [
    {"role": "user", "content": [{"text": "hi"}]},
    {"role": "assistant", "content": [{"toolUse": {"name": "refund", "input": {}}}]},
    {"role": "user", "content": [{"toolResult": {"content": []}}]},
]
GEMINI = {"tools": [{"functionDeclarations": [{"name": "refund", "parameters": {"type": "OBJECT"}}]}]}
CONVERSE: dict[str, Any] = {"toolConfig": {"tools": [{"toolSpec": {"name": "refund", "inputSchema": {"json": {}}}}]}}
CLAUDE = {"tools": [{"name": "refund", "input_schema": {"type": "object"}}]}
NO_SCHEMA = [{"type": "bash_20250124", "name": "bash"}]
PLATFORMS: list[tuple[str, str, dict[str, Any], str, list[Any]]] = [
    ("openai.chat", "/v1/chat/completions", {"tools": CHAT_TOOLS}, "messages", CHAT_TURN),
    ("openai.responses", "/v1/responses", {"tools": FLAT}, "input", ITEMS),
    ("azure.chat", "/openai/deployments/d/chat/completions", {"tools": CHAT_TOOLS}, "messages", CHAT_TURN),
    ("mistral.chat", "/v1/chat/completions", {"tools": CHAT_TOOLS}, "messages", CHAT_TURN),
    ("deepseek.chat", "/chat/completions", {"tools": CHAT_TOOLS}, "messages", CHAT_TURN),
    ("cohere.chat", "/v2/chat", {"tools": CHAT_TOOLS}, "messages", CHAT_TURN),
    ("ollama.chat", "/api/chat", {"tools": CHAT_TOOLS}, "messages", CHAT_TURN),
    ("anthropic.messages", "/v1/messages", {"tools": [*CLAUDE["tools"], *NO_SCHEMA]}, "messages", BLOCKS),
    ("gemini.generate", "/v1beta/models/m:generateContent", GEMINI, "contents", PARTS),
    (
        "vertex.generate",
        "/v1/projects/p/locations/l/publishers/google/models/m:generateContent",
        GEMINI,
        "contents",
        PARTS,
    ),
    ("bedrock.converse", "/model/amazon.nova-lite-v1:0/converse", CONVERSE, "messages", USES),
    ("bedrock.invoke", "/model/amazon.nova-lite-v1:0/invoke", CONVERSE, "messages", USES),
    ("bedrock.invoke", "/model/anthropic.claude-3-haiku/invoke", CLAUDE, "messages", BLOCKS),
]


def read(service: str, path: str, body: dict[str, Any]) -> Call:
    return dialect_for(service).read(Request("POST", "host", path, body=json.dumps(body).encode()))


@pytest.mark.parametrize(("service", "path", "tools", "key", "turn"), PLATFORMS)
def test_every_platform_says_what_is_offered_and_how_far_the_turn_is(
    service: str, path: str, tools: dict[str, Any], key: str, turn: list[Any]
) -> None:
    asked = dialect_for(service).asked
    first, after = (read(service, path, {**tools, key: turn[:number]}) for number in (1, 3))
    later = read(service, path, {**tools, key: [*turn, turn[0]]})

    assert ([tool.name for tool in asked(first).offered], first.step) == (["refund"], 0)
    assert (asked(after).offered, asked(after).tool, after.step) == ((), None, 1)
    assert ([tool.name for tool in asked(later).offered], later.step) == (["refund"], 0)
    assert asked(read(service, path, {key: turn[:1]})).offered == ()


@pytest.mark.parametrize(
    ("service", "body"),
    [
        ("openai.chat", {"tools": CHAT_TOOLS, "tool_choice": "none"}),
        ("openai.chat", {"tools": CHAT_TOOLS, "tool_choice": {"type": "custom", "custom": {"name": "refund"}}}),
        ("openai.responses", {"tools": FLAT, "tool_choice": {"type": "web_search"}}),
        ("openai.responses", {"tools": FLAT, "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": []}}),
        ("anthropic.messages", {**CLAUDE, "tool_choice": {"type": "none"}}),
        ("gemini.generate", {**GEMINI, "toolConfig": {"functionCallingConfig": {"mode": "NONE"}}}),
        ("cohere.chat", {"tools": CHAT_TOOLS, "tool_choice": "NONE"}),
        ("ollama.generate", {"tools": CHAT_TOOLS}),
    ],
)
def test_what_the_caller_does_not_leave_to_the_model_is_not_offered(service: str, body: dict[str, Any]) -> None:
    asked = dialect_for(service).asked(read(service, "/v1/models/m:generateContent", body))
    assert (asked.tool, asked.offered) == (None, ())


@pytest.mark.parametrize(
    ("body", "must", "may"),
    [
        ({"mode": "auto", "tools": [{"type": "function", "name": "refund"}]}, None, ["refund"]),
        ({"mode": "required", "tools": [{"type": "function", "name": "refund"}]}, "refund", []),
    ],
)
def test_allowed_tools_narrow_what_is_offered(body: dict[str, Any], must: str | None, may: list[str]) -> None:
    tools = [{"type": "function", "name": "other", "parameters": {}}, *FLAT]
    call = read("openai.responses", "/v1/responses", {"tools": tools, "tool_choice": {"type": "allowed_tools", **body}})
    asked = dialect_for("openai.responses").asked(call)
    assert (asked.tool.name if asked.tool else None, [tool.name for tool in asked.offered]) == (must, may)
