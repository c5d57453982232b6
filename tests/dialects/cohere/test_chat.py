"""Cohere's messages on the wire, plain and streamed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support.every_call import begun, early

from brownout.dialects.cohere.chat import DONE, CohereChat
from brownout.exchange import Answer, Call, Failure, FailureKind, Finish, Request

DIALECT = CohereChat()
ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there!"), 1)
TOOL = replace(ANSWER, pieces=('{"id":', " 7}"), finish="tool_calls", tool="find_parcel")


def call(**body: Any) -> Call:
    asked = {"model": "command-a-03-2025", "messages": [{"role": "user", "content": "Hello"}], **body}
    return DIALECT.read(Request("POST", "host", "/v2/chat", body=json.dumps(asked).encode()))


def said(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DIALECT.answer(call(), answer).body)
    return found


def events(data: bytes) -> list[dict[str, Any]]:
    """The objects of a stream, which ends as Cohere's do and names each event twice."""
    *blocks, done, rest = data.split(b"\n\n")
    assert (done + b"\n\n", rest) == (DONE, b"")
    found = []
    for block in blocks:
        name, _, line = block.partition(b"\n")
        found.append(json.loads(line.removeprefix(b"data: ")))
        assert name == b"event: " + found[-1]["type"].encode()
    return found


def streamed(answer: Answer) -> list[dict[str, Any]]:
    return events(b"".join(DIALECT.stream(call(stream=True), answer)))


def types(found: list[dict[str, Any]]) -> list[str]:
    return [str(event["type"]) for event in found]


def test_a_plain_answer_is_one_message() -> None:
    counts = {"input_tokens": 1, "output_tokens": 2}

    assert said(ANSWER) == {
        "id": said(ANSWER)["id"],
        "message": {"role": "assistant", "content": [{"type": "text", "text": "Hello there!"}]},
        "finish_reason": "COMPLETE",
        "usage": {"billed_units": counts, "tokens": counts},
    }


def test_a_stream_is_event_for_event_what_cohere_sends() -> None:
    found = streamed(ANSWER)
    counts = {"input_tokens": 1, "output_tokens": 2}

    assert found == [
        {
            "id": said(ANSWER)["id"],
            "type": "message-start",
            "delta": {
                "message": {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
            },
        },
        {"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "text", "text": ""}}}},
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "Hello"}}}},
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": " there!"}}}},
        {"type": "content-end", "index": 0},
        {
            "type": "message-end",
            "delta": {"finish_reason": "COMPLETE", "usage": {"billed_units": counts, "tokens": counts}},
        },
    ]


def test_a_tools_call_adds_up_to_the_same() -> None:
    (plain,) = said(TOOL)["message"]["tool_calls"]
    found = streamed(TOOL)
    arguments = "".join(
        event["delta"]["message"]["tool_calls"]["function"]["arguments"]
        for event in found
        if event["type"] in ("tool-call-start", "tool-call-delta")
    )

    assert plain["function"] == {"name": "find_parcel", "arguments": '{"id": 7}'}
    assert arguments == plain["function"]["arguments"]
    assert types(found)[1:3] == ["tool-plan-delta", "tool-call-start"]
    assert types(found)[-2:] == ["tool-call-end", "message-end"]
    assert found[-1]["delta"]["finish_reason"] == said(TOOL)["finish_reason"] == "TOOL_CALL"


@pytest.mark.parametrize(
    ("finish", "reason"),
    [("length", "MAX_TOKENS"), ("content_filter", "ERROR"), ("refusal", "COMPLETE"), ("tool_calls", "COMPLETE")],
)
def test_an_answer_says_why_it_ends(finish: Finish, reason: str) -> None:
    answer = replace(ANSWER, finish=finish)

    assert said(answer)["finish_reason"] == reason
    assert streamed(answer)[-1]["delta"]["finish_reason"] == reason


def test_an_answer_without_words_has_no_content() -> None:
    empty = replace(ANSWER, pieces=())

    assert said(empty)["message"]["content"] == []
    assert types(streamed(empty)) == ["message-start", "message-end"]


@pytest.mark.parametrize("kind", list(FailureKind))
def test_a_failure_in_a_stream_is_an_end_with_a_reason(kind: FailureKind) -> None:
    (end,) = events(DIALECT.stream_failure(call(stream=True), Failure(kind), begun(call(stream=True), 3)))

    assert (end["type"], end["delta"]["finish_reason"]) == ("message-end", "ERROR")
    assert end["delta"]["error"]


def test_a_failure_at_once_begins_the_message_first() -> None:
    data = DIALECT.stream_failure(call(stream=True), Failure(FailureKind.OVERLOADED), begun(call(stream=True), 0))

    assert types(events(data)) == ["message-start", "message-end"]


@pytest.mark.parametrize(
    ("sent", "kinds"),
    [(0, ["message-start", "message-end"]), (1, ["message-end"]), (3, ["content-end", "message-end"])],
)
def test_a_stream_that_stops_early_closes_what_it_opened(sent: int, kinds: list[str]) -> None:
    found = events(DIALECT.stream_incomplete(call(stream=True), early(), begun(call(stream=True), sent)))

    assert types(found) == kinds
    assert found[-1]["delta"]["finish_reason"] == "MAX_TOKENS"
