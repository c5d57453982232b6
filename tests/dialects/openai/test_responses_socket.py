"""Responses over a WebSocket: requests, events and errors as messages."""

from __future__ import annotations

import json

from brownout.dialects import dialect_for
from brownout.dialects.openai import responses_socket as socket
from brownout.exchange import Answer, Call, Failure, FailureKind, Request

HEADERS = {"upgrade": "websocket", "authorization": "Bearer sk-test-1"}
OPENED = Request("GET", "api.openai.com", "/v1/responses", headers=HEADERS)
ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there"), 8)


def asked(**settings: object) -> Call:
    event = {"type": "response.create", "model": "gpt-4o-mini", "input": "Hi bo-aaaaaaaaaaaa", **settings}
    return dialect_for("openai.responses").read(socket.request_of(OPENED, event))


def test_a_request_is_the_streamed_call_that_asks_for_the_same() -> None:
    call = asked(previous_response_id="resp_1", stream=False)

    assert (call.request.method, call.stream, call.model) == ("POST", True, "gpt-4o-mini")
    assert (call.text, call.conversation) == ("Hi bo-aaaaaaaaaaaa", "resp_1")
    assert "type" not in call.body
    assert dialect_for("openai.responses").read(OPENED).upgrade
    assert not call.upgrade


def test_every_event_of_the_stream_is_a_message_of_its_own() -> None:
    events = list(dialect_for("openai.responses").stream(asked(), ANSWER))

    messages = [json.loads(message) for message in socket.messages(events)]

    assert len(messages) == len(events)
    assert [message["sequence_number"] for message in messages] == list(range(len(events)))
    assert (messages[0]["type"], messages[-1]["type"]) == ("response.created", "response.completed")


def test_an_error_has_its_status_beside_it() -> None:
    reply = dialect_for("openai.responses").failure(asked(), Failure(FailureKind.RATE_LIMIT_TOKENS))

    message = json.loads(socket.error(reply))

    assert (message["type"], message["status"], message["error"]["type"]) == ("error", 429, "tokens")


def test_an_event_that_there_is_not_is_an_error() -> None:
    message = json.loads(socket.unknown({"type": "nonsense"}))

    assert (message["status"], message["error"]["param"]) == (400, "type")


def test_a_response_that_only_warms_up_says_nothing() -> None:
    stream = socket.messages(dialect_for("openai.responses").stream(asked(generate=False), ANSWER))

    messages = [json.loads(message) for message in socket.warmed_up(stream)]

    assert [message["type"].rpartition(".")[2] for message in messages] == ["created", "in_progress", "completed"]
    assert [message["sequence_number"] for message in messages] == [0, 1, 2]
    assert messages[-1]["response"]["output"] == []
