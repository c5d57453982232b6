"""Responses as the SDK's own types read them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter
from support.every_call import begun, early

from brownout.dialects.openai.responses import OpenAIResponses
from brownout.exchange import Answer, Call, Failure, FailureKind, Finish, Request, Turn
from brownout.wire.framing import SseCutter

RESPONSES = OpenAIResponses()
BUSY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello", " there", "!"), 8)
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def ask(body: dict[str, Any], method: str = "POST", path: str = "/v1/responses") -> Call:
    return RESPONSES.read(Request(method, "api.openai.com", path, body=json.dumps(body).encode()))


def events(raw: bytes) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for event in SseCutter().feed(raw):
        name, data = event.decode().rstrip("\n").split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def stream(call: Call, answer: Answer = ANSWER) -> list[tuple[str, dict[str, Any]]]:
    return events(b"".join(RESPONSES.stream(call, answer)))


def test_a_text_and_a_list_of_items_are_both_input() -> None:
    assert ask({"input": "hi", "instructions": "be kind"}).turns == (Turn("system", "be kind"), Turn("user", "hi"))
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "a"}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "7"},
        {"type": "message", "role": "user", "content": "b"},
    ]
    call = ask({"input": items, "model": "gpt-5", "stream": True})
    assert call.turns == (Turn("user", "a"), Turn("tool", "7"), Turn("user", "b"))
    assert (call.text, call.model, call.stream) == ("b", "gpt-5", True)


@pytest.mark.parametrize(
    ("body", "conversation"),
    [
        ({"conversation": "conv_1"}, "conv_1"),
        ({"conversation": {"id": "conv_2"}}, "conv_2"),
        ({"previous_response_id": "resp_3"}, "resp_3"),
        ({}, None),
    ],
)
def test_the_conversation_is_what_the_platform_keeps(body: dict[str, Any], conversation: str | None) -> None:
    assert ask(body).conversation == conversation


def test_a_stored_response_is_named_by_its_path() -> None:
    assert ask({}, "GET", "/v1/responses/resp_9").conversation == "resp_9"
    assert ask({}, "GET", "/v1/responses/resp_9/input_items").conversation == "resp_9"


def test_a_plain_answer_is_a_response() -> None:
    call = ask({"model": "gpt-5", "input": "hi", "metadata": {"k": "v"}, "previous_response_id": "resp_1"})
    response = Response.model_validate_json(RESPONSES.answer(call, ANSWER).body, strict=True)
    assert (response.output_text, response.status, response.id) == ("Hello there!", "completed", f"resp_{ANSWER.id}")
    assert (response.previous_response_id, response.metadata) == ("resp_1", {"k": "v"})
    assert response.usage is not None
    assert response.usage.input_tokens_details.cached_tokens == 0
    assert response.usage.total_tokens == 11


def test_the_stream_has_every_event_in_order() -> None:
    got = stream(ask({"input": "hi", "stream": True}))
    assert [name for name, _ in got] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        *["response.output_text.delta"] * 3,
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [data["sequence_number"] for _, data in got] == list(range(11))
    assert all(name == data["type"] for name, data in got)
    assert got[-1][1]["response"]["output"][0]["content"][0]["text"] == "Hello there!"


def test_every_event_is_one_the_sdk_knows() -> None:
    tool = {"type": "function", "name": "f", "parameters": {}, "strict": True}
    forced = ask({"tools": [tool], "tool_choice": "required", "stream": True})
    for call, answer in (
        (ask({"stream": True}), ANSWER),
        (ask({"stream": True}), Answer("c" * 32, 1, (), 0)),
        (ask({"stream": True}), Answer("c" * 32, 1, ("Hel",), 0, "length")),
        (ask({"stream": True}), Answer("c" * 32, 1, ("No", "."), 0, "refusal")),
        (forced, Answer("c" * 32, 1, ("{", "}"), 1, "tool_calls", "f")),
    ):
        for _, data in stream(call, answer):
            EVENT.validate_json(json.dumps(data), strict=True)


def test_a_forced_tool_is_called() -> None:
    tool = {"type": "function", "name": "f", "parameters": {}}
    call = ask({"input": "hi", "tools": [tool], "tool_choice": {"type": "function", "name": "f"}})
    answer = Answer("c" * 32, 1, ("{}",), 1, "tool_calls", "f")
    body = json.loads(RESPONSES.answer(call, answer).body)
    assert (body["output"][0]["name"], body["output"][0]["arguments"]) == ("f", "{}")
    assert "response.function_call_arguments.done" in [name for name, _ in stream(call, answer)]


def test_an_answer_that_ran_out_is_incomplete() -> None:
    got = stream(ask({"stream": True}), Answer("c" * 32, 1, ("Hel",), 0, "length"))
    assert got[-1][0] == "response.incomplete"
    assert got[-1][1]["response"]["incomplete_details"] == {"reason": "max_output_tokens"}


def test_a_refusal_is_a_part_of_its_own() -> None:
    call, answer = ask({"stream": True}), Answer("c" * 32, 1, ("I", " can't"), 0, "refusal")
    response = Response.model_validate_json(RESPONSES.answer(call, answer).body, strict=True)
    message = response.output[0]
    assert message.type == "message"
    assert message.content[0].type == "refusal"
    assert (message.content[0].refusal, response.status, response.output_text) == ("I can't", "completed", "")
    got = stream(call, answer)
    assert [data["delta"] for name, data in got if name == "response.refusal.delta"] == ["I", " can't"]
    assert got[-1][0] == "response.completed"


def test_the_model_can_be_another_than_was_asked_for() -> None:
    call, answer = ask({"model": "gpt-5", "stream": True}), replace(ANSWER, model="gpt-4.1-mini")
    assert json.loads(RESPONSES.answer(call, answer).body)["model"] == "gpt-4.1-mini"
    assert {data["response"]["model"] for _, data in stream(call, answer) if "response" in data} == {"gpt-4.1-mini"}


@pytest.mark.parametrize(
    ("finish", "reason"),
    [("length", "max_output_tokens"), ("content_filter", "content_filter"), ("refusal", "content_filter")],
)
@pytest.mark.parametrize("sent", [0, 1, 6])
def test_a_stream_that_stops_early_is_incomplete(finish: Finish, reason: str, sent: int) -> None:
    got = events(RESPONSES.stream_incomplete(ask({"stream": True}), early(finish), begun(ask({"stream": True}), sent)))
    name, last = got[-1]
    assert name == "response.incomplete"
    assert last["sequence_number"] == sent + len(got) - 1
    assert (len(got) == 1) is (sent > 0)
    assert last["response"]["incomplete_details"] == {"reason": reason}
    assert last["response"]["usage"]["output_tokens"] == max(0, sent - 4)
    EVENT.validate_json(json.dumps(last), strict=True)


def test_a_failure_in_a_stream_is_a_nested_error_and_then_a_failed_response() -> None:
    failure = Failure(FailureKind.RATE_LIMIT_TOKENS, retry_after=0.21)
    (first, error), (second, failed) = events(
        RESPONSES.stream_failure(ask({"model": "gpt-5"}), failure, begun(ask({"model": "gpt-5"}), 2))
    )
    assert (first, second) == ("error", "response.failed")
    assert (error["sequence_number"], failed["sequence_number"]) == (2, 3)
    assert (error["error"]["type"], error["error"]["code"]) == ("tokens", "rate_limit_exceeded")
    assert "Please try again in 210ms." in error["error"]["message"]
    assert failed["response"]["status"] == "failed"
    assert failed["response"]["error"] == {"code": "rate_limit_exceeded", "message": error["error"]["message"]}
    EVENT.validate_json(json.dumps(failed), strict=True)


def test_a_server_error_in_a_stream_quotes_the_request() -> None:
    raw = RESPONSES.stream_failure(ask({}), Failure(FailureKind.SERVER_ERROR, id="f" * 32), begun(ask({}), 0))
    assert f"request ID req_{'f' * 32}" in events(raw)[1][1]["response"]["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("DELETE", "/v1/responses/resp_1", {"id": "resp_1", "object": "response.deleted", "deleted": True}),
        ("POST", "/v1/responses/input_tokens", {"object": "response.input_tokens", "input_tokens": 8}),
    ],
)
def test_the_small_endpoints_answer(method: str, path: str, expected: dict[str, Any]) -> None:
    assert json.loads(RESPONSES.answer(ask({}, method, path), ANSWER).body) == expected


_KEYS = ["model", "input", "stream", "tools", "tool_choice", "text", "metadata", "conversation", "instructions"]


@BUSY
@given(st.dictionaries(st.sampled_from(_KEYS), JSON_VALUES))
def test_no_body_is_too_odd_to_be_read_and_answered(body: dict[str, Any]) -> None:
    call = ask(body)
    assert json.loads(RESPONSES.answer(call, ANSWER).body)["object"] == "response"
    assert events(b"".join(RESPONSES.stream(call, ANSWER)))[-1][0] == "response.completed"
