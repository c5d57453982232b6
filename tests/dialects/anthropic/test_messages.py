"""Messages, plain and streamed, byte by byte."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.every_call import begun, early

from brownout.dialects.anthropic.messages import AnthropicMessages
from brownout.exchange import Answer, Call, Failure, FailureKind, Finish, Request
from brownout.wire.framing import SseCutter

DIALECT = AnthropicMessages()
ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there", "!"), 8)
TOOL = {"name": "get_weather", "input_schema": {"type": "object"}}
FORCED = {"tools": [TOOL], "tool_choice": {"type": "any"}}
ARGUMENTS = replace(ANSWER, pieces=('{"city":', ' "Paris"}'), finish="tool_calls", tool="get_weather")
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def call(**body: Any) -> Call:
    content = {"model": "claude-x", "messages": [{"role": "user", "content": "Hello"}], **body}
    return DIALECT.read(
        Request("POST", "api.anthropic.com", "/v1/messages", body=json.dumps(content).encode()),
    )


def events(struck: Call, answer: Answer) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of every event, each of which is whole in itself."""
    found = []
    for event in DIALECT.stream(struck, answer):
        assert SseCutter().feed(event) == [event]
        name, data = event.decode().rstrip("\n").split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_a_plain_answer_is_one_message() -> None:
    reply = DIALECT.answer(call(), ANSWER)
    message = json.loads(reply.body)

    assert reply.status == 200
    assert message["id"].startswith("msg_01")
    assert (message["type"], message["role"], message["model"]) == ("message", "assistant", "claude-x")
    assert message["content"] == [{"type": "text", "text": "Hello there!"}]
    assert (message["stop_reason"], message["stop_sequence"]) == ("end_turn", None)
    assert (message["usage"]["input_tokens"], message["usage"]["output_tokens"]) == (8, 3)


def test_a_stream_follows_the_platforms_order() -> None:
    assert [name for name, _ in events(call(stream=True), ANSWER)] == [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_every_event_is_named_twice() -> None:
    assert all(name == data["type"] for name, data in events(call(stream=True), ANSWER))


@BUSY
@given(pieces=st.lists(st.text(), max_size=8))
def test_plain_and_streamed_say_the_same(pieces: list[str]) -> None:
    answer = replace(ANSWER, pieces=tuple(pieces))
    said = "".join(
        data["delta"]["text"] for name, data in events(call(stream=True), answer) if name == "content_block_delta"
    )
    plain = json.loads(DIALECT.answer(call(), answer).body)

    assert said == "".join(block["text"] for block in plain["content"]) == answer.text
    assert plain["usage"]["output_tokens"] == len(pieces)


@pytest.mark.parametrize(
    ("finish", "reason"),
    [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("content_filter", "refusal"),
        ("refusal", "refusal"),
        ("tool_calls", "end_turn"),
    ],
)
def test_the_reason_to_stop_is_in_the_platforms_words(finish: Finish, reason: str) -> None:
    answer = replace(ANSWER, finish=finish)

    assert json.loads(DIALECT.answer(call(), answer).body)["stop_reason"] == reason
    streamed = dict(events(call(stream=True), answer))
    assert streamed["message_delta"]["delta"]["stop_reason"] == reason


def test_a_tool_that_must_be_used_is_used() -> None:
    message = json.loads(DIALECT.answer(call(**FORCED), ARGUMENTS).body)

    (block,) = message["content"]
    assert (block["type"], block["name"], block["input"]) == ("tool_use", "get_weather", {"city": "Paris"})
    assert block["id"].startswith("toolu_01")
    assert message["stop_reason"] == "tool_use"


def test_a_tools_input_streams_as_pieces_of_json() -> None:
    found = events(call(stream=True, **FORCED), ARGUMENTS)

    start = next(data for name, data in found if name == "content_block_start")
    assert start["content_block"]["input"] == {}
    deltas = [data["delta"] for name, data in found if name == "content_block_delta"]
    assert {delta["type"] for delta in deltas} == {"input_json_delta"}
    assert json.loads("".join(delta["partial_json"] for delta in deltas)) == {"city": "Paris"}


@pytest.mark.parametrize("words", ["no JSON", "[1]", ""])
def test_words_that_are_no_object_make_an_empty_input(words: str) -> None:
    answer = replace(ARGUMENTS, pieces=(words,))

    assert json.loads(DIALECT.answer(call(**FORCED), answer).body)["content"][0]["input"] == {}


def test_an_answer_without_words_has_no_block() -> None:
    answer = replace(ANSWER, pieces=())

    assert json.loads(DIALECT.answer(call(), answer).body)["content"] == []
    assert [name for name, _ in events(call(stream=True), answer)] == [
        "message_start",
        "ping",
        "message_delta",
        "message_stop",
    ]


def test_healthy_answers_tell_what_is_left() -> None:
    for reply in (DIALECT.answer(call(), ANSWER), DIALECT.stream_head(call(stream=True), ANSWER)):
        headers = dict(reply.headers)
        assert headers["anthropic-ratelimit-requests-remaining"] == "999"
        assert headers["anthropic-ratelimit-input-tokens-remaining"] == "79992"
        assert headers["anthropic-ratelimit-output-tokens-remaining"] == "15997"
        assert headers["anthropic-ratelimit-tokens-reset"] == "2025-11-13T02:13:21Z"
        assert headers["request-id"].startswith("req_011C")


def test_a_stream_announces_itself() -> None:
    head = DIALECT.stream_head(call(stream=True), ANSWER)

    assert head.status == 200
    assert head.body == b""
    assert dict(head.headers)["content-type"] == "text/event-stream; charset=utf-8"


def test_a_refusal_has_details() -> None:
    answer = replace(ANSWER, finish="refusal")

    assert json.loads(DIALECT.answer(call(), answer).body)["stop_details"]["type"] == "refusal"
    streamed = dict(events(call(stream=True), answer))
    assert streamed["message_delta"]["delta"]["stop_details"]["type"] == "refusal"


@pytest.mark.parametrize(("finish", "reason"), [("length", "max_tokens"), ("content_filter", "refusal")])
@pytest.mark.parametrize(
    ("sent", "first"), [(1, "message_delta"), (2, "content_block_stop"), (5, "content_block_stop")]
)
def test_a_stream_that_stops_early_ends_in_order(finish: Finish, reason: str, sent: int, first: str) -> None:
    parts = SseCutter().feed(
        DIALECT.stream_incomplete(call(stream=True), early(finish), begun(call(stream=True), sent))
    )
    found = [json.loads(part.partition(b"data: ")[2]) for part in parts]

    assert [data["type"] for data in found] == [
        *(["content_block_stop"] if first == "content_block_stop" else []),
        "message_delta",
        "message_stop",
    ]
    assert found[-2]["delta"]["stop_reason"] == reason
    assert found[-2]["usage"]["output_tokens"] == max(0, sent - 3)


def test_a_stream_that_stops_before_it_began_is_whole() -> None:
    parts = SseCutter().feed(DIALECT.stream_incomplete(call(stream=True), early(), begun(call(stream=True), 0)))

    assert parts[0].startswith(b"event: message_start\n")
    assert parts[-1].startswith(b"event: message_stop\n")


def test_an_error_in_the_stream_is_one_event() -> None:
    event = DIALECT.stream_failure(
        call(stream=True), Failure(FailureKind.OVERLOADED, id="cd" * 16), begun(call(stream=True), 4)
    )

    assert SseCutter().feed(event) == [event]
    name, data = event.decode().rstrip("\n").split("\n")
    assert name == "event: error"
    body = json.loads(data.removeprefix("data: "))
    assert body["error"] == {"details": None, "type": "overloaded_error", "message": "Overloaded"}
    assert body["request_id"].startswith("req_011C")
