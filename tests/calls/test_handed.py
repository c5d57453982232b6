"""Results of tools that are handed back, in every platform's form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls.canary import SENTINEL
from brownout.calls.halves import CUT_JSON
from brownout.calls.handed import Handed, handed_back
from brownout.dialects import dialect_for
from brownout.exchange import Request

PROPERTIES = {"target": {"type": "string"}, "confirm": {"type": "boolean"}}
SCHEMA = {"type": "object", "properties": PROPERTIES, "required": ["target", "confirm"]}
WHOLE = {"target": f"You said: bo-aaaaaaaaaaaa {SENTINEL}", "confirm": False}
HALF = {"target": "You said: bo-aaaa", "confirm": True}
USER: dict[str, Any] = {"role": "user", "content": "bo-aaaaaaaaaaaa"}


def _function(arguments: Any, id: str = "call_1") -> dict[str, Any]:
    said = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"id": id, "type": "function", "function": {"name": "delete", "arguments": said}}


def _chat(arguments: Any, result: str = "done", **more: Any) -> dict[str, Any]:
    asked = {"role": "assistant", "content": None, "tool_calls": [_function(arguments)]}
    answered = {"role": "tool", "tool_call_id": "call_1", "content": result}
    tools = [{"type": "function", "function": {"name": "delete", "parameters": SCHEMA}}]
    return {"messages": [USER, asked, answered], "tools": tools, **more}


def _responses(arguments: Any, result: str = "done") -> dict[str, Any]:
    said = arguments if isinstance(arguments, str) else json.dumps(arguments)
    asked = {"type": "function_call", "call_id": "call_1", "name": "delete", "arguments": said}
    answered = {"type": "function_call_output", "call_id": "call_1", "output": result}
    tools = [{"type": "function", "name": "delete", "parameters": SCHEMA}]
    return {"input": [USER, {"type": "reasoning", "summary": []}, asked, answered], "tools": tools}


def _anthropic(arguments: Any, result: str = "done", **more: Any) -> dict[str, Any]:
    asked = {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "delete", "input": arguments}]}
    block = {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": result}], **more}
    tools = [{"name": "delete", "input_schema": SCHEMA}]
    return {"messages": [USER, asked, {"role": "user", "content": [block]}], "tools": tools}


def _gemini(arguments: Any, result: str = "done") -> dict[str, Any]:
    asked = {"role": "model", "parts": [{"functionCall": {"name": "delete", "args": arguments}}]}
    answered = {"role": "user", "parts": [{"functionResponse": {"name": "delete", "response": {"result": result}}}]}
    tools = [{"functionDeclarations": [{"name": "delete", "parameters": SCHEMA}]}]
    return {"contents": [{"role": "user", "parts": [{"text": "bo-a"}]}, asked, answered], "tools": tools}


def _bedrock(arguments: Any, result: str = "done", status: str = "success") -> dict[str, Any]:
    use = {"toolUseId": "t1", "name": "delete", "input": arguments}
    asked = {"role": "assistant", "content": [{"toolUse": use}]}
    block = {"toolUseId": "t1", "content": [{"text": result}], "status": status}
    tools = {"tools": [{"toolSpec": {"name": "delete", "inputSchema": {"json": SCHEMA}}}]}
    return {"messages": [USER, asked, {"role": "user", "content": [{"toolResult": block}]}], "toolConfig": tools}


def _ollama(arguments: Any, result: str = "done") -> dict[str, Any]:
    asked = {"role": "assistant", "tool_calls": [{"function": {"name": "delete", "arguments": arguments}}]}
    tools = [{"type": "function", "function": {"name": "delete", "parameters": SCHEMA}}]
    return {"messages": [USER, asked, {"role": "tool", "tool_name": "delete", "content": result}], "tools": tools}


def _functions(arguments: Any, result: str = "done") -> dict[str, Any]:
    asked = {"role": "assistant", "function_call": {"name": "delete", "arguments": json.dumps(arguments)}}
    answered = {"role": "function", "name": "delete", "content": result}
    return {"messages": [USER, asked, answered], "functions": [{"name": "delete", "parameters": SCHEMA}]}


FORMS = {
    "openai.chat": _chat,
    "openai.responses": _responses,
    "anthropic.messages": _anthropic,
    "gemini.generate": _gemini,
    "bedrock.converse": _bedrock,
    "bedrock.invoke": _anthropic,
    "cohere.chat": _chat,
    "ollama.chat": _ollama,
    "mistral.chat": _chat,
    "deepseek.chat": _functions,
}


def _handed(body: Any, service: str = "openai.chat") -> list[Handed]:
    request = Request("POST", "host", "/v1/x", body=json.dumps(body).encode())
    return handed_back(dialect_for(service).read(request))


def _one(body: Any, service: str = "openai.chat") -> tuple[bool | None, bool]:
    (one,) = _handed(body, service)
    assert one.tool == "delete"
    return one.whole, one.failed


@pytest.mark.parametrize("service", FORMS)
def test_every_platform_says_what_was_carried_out_and_by_which_arguments(service: str) -> None:
    form = FORMS[service]

    assert _one(form(WHOLE), service) == (True, False)
    assert _one(form(HALF), service) == (False, False)
    assert _one(form({"target": WHOLE["target"]}), service) == (False, False)  # its last field is not there
    assert _one(form({}), service) == (False, False)
    assert _one(form(HALF, "Error: 1 validation error for delete"), service) == (False, True)


@pytest.mark.parametrize("arguments", ['{"target": "You said: bo-aa', CUT_JSON, "{", '{"target": '])
@pytest.mark.parametrize("form", [_chat, _responses])
def test_arguments_that_are_no_json_are_half(form: Any, arguments: str) -> None:
    assert _one(form(arguments)) == (False, False)


@pytest.mark.parametrize("arguments", [{"unexpected": "yes"}, {"target": "17", "confirm": True}, {"target": 1, "x": 2}])
def test_arguments_that_hold_none_of_our_words_do_not_tell(arguments: Any) -> None:
    assert _one(_chat(arguments)) == (None, False)


@pytest.mark.parametrize(
    ("body", "service"),
    [
        (_anthropic(HALF, is_error=True), "anthropic.messages"),
        (_bedrock(HALF, status="error"), "bedrock.converse"),
        (
            {
                **_gemini(HALF),
                "contents": [
                    *_gemini(HALF)["contents"][:2],
                    {"role": "user", "parts": [{"functionResponse": {"name": "delete", "response": {"error": "x"}}}]},
                ],
            },
            "gemini.generate",
        ),
    ],
)
def test_a_platforms_own_word_for_a_failed_tool_is_heard(body: Any, service: str) -> None:
    assert _one(body, service) == (False, True)


@pytest.mark.parametrize(
    "result",
    [
        "Error: Unterminated string",
        "The arguments were incomplete, please call the tool again",
        "Tool was not executed",
        "Skipped: the stream ended early",
        "I can't run this",
        "Field required",
        "Fehler: Angaben unvollständig",
        "Argumentos inválidos",
    ],
)
def test_a_result_that_says_that_nothing_was_done_is_a_failure(result: str) -> None:
    assert _one(_chat(HALF, result))[1] is True


@pytest.mark.parametrize("result", ["done", "refunded 4.20", '{"ok": true, "id": 7}', "", "Deleted 3 records."])
def test_a_result_that_says_what_was_done_is_none(result: str) -> None:
    assert _one(_chat(HALF, result))[1] is False


def test_of_several_tools_each_has_its_own_result() -> None:
    body = _chat(WHOLE)
    body["messages"][1]["tool_calls"].append(_function(HALF, "call_2"))
    body["messages"].append({"role": "tool", "tool_call_id": "call_2", "content": "done"})

    assert [(one.call, one.whole) for one in _handed(body)] == [("call_1", True), ("call_2", False)]


def test_what_was_handed_back_in_an_earlier_turn_is_not_told_again() -> None:
    body = _chat(HALF)
    body["messages"] += [{"role": "assistant", "content": "It is done."}, USER]

    assert _handed(body) == []


def test_a_result_whose_call_is_not_sent_along_does_not_tell() -> None:
    answered = {"type": "function_call_output", "call_id": "call_1", "output": "done"}

    assert _handed({"previous_response_id": "resp_1", "input": [answered]}, "openai.responses") == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": "tool"},
        {"messages": [{"role": "tool"}]},
        {"messages": [1, None, {"role": "tool", "tool_calls": 3}]},
        {"input": [{"type": "function_call_output"}]},
        {"contents": [{"parts": [{"functionResponse": 7, "functionCall": []}]}]},
        {"messages": [{"role": "assistant", "content": [{"toolUse": 1}, {"toolResult": None}]}], "toolConfig": 1},
    ],
)
def test_what_is_badly_formed_hands_nothing_back(body: Any) -> None:
    assert _handed(body) == []


@given(
    st.lists(
        st.recursive(
            st.sampled_from(["tool", "function_call", "function_call_output", "x"]) | st.none() | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["role", "type", "content", "tool_calls", "function", "parts", "toolUse", "arguments"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ),
        max_size=4,
    )
)
def test_reading_results_never_fails(items: list[Any]) -> None:
    for key in ("messages", "input", "contents"):
        assert all(isinstance(one, Handed) for one in _handed({key: items, "tools": items}))
