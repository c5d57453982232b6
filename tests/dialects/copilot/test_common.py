"""Copilot's conversations and chats on the wire."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from support.every_call import begun, early

from brownout.dialects import dialect_for
from brownout.dialects.copilot.common import MOST_MESSAGES, Continued, Conversation
from brownout.exchange import Answer, Call, Failure, FailureKind, Request

ANSWER = Answer("ab" * 16, 1_790_000_000, ("Nine", " o'clock"), 4)
CHAT = dialect_for("copilot.chat")
BODY = {
    "message": {"text": "When do we meet?"},
    "additionalContext": [{"text": "bo-0123456789ab"}, {"description": "no text"}, 7],
    "locationHint": {"timeZone": "Europe/Berlin"},
}


def call(end: str = "chat", body: Any = BODY, headers: dict[str, str] | None = None) -> Call:
    path = f"/beta/copilot/conversations/some-id/{end}"
    request = Request("POST", "graph.microsoft.com", path, headers=headers or {}, body=json.dumps(body).encode())
    return CHAT.read(request)


def continued(kept: Conversation) -> Continued:
    plain = call()
    return Continued(**{one.name: getattr(plain, one.name) for one in fields(Call)}, so_far=kept)


def test_a_message_is_read() -> None:
    read = call(headers={"authorization": "Bearer sk-test-1"})

    assert (read.text, read.conversation, read.stream) == ("When do we meet?", "some-id", False)
    assert [turn.text for turn in read.turns] == ["bo-0123456789ab", "When do we meet?"]
    assert read.api_key
    assert call("chatOverStream").stream


def test_a_new_conversation_is_a_201_without_messages() -> None:
    dialect = dialect_for("copilot.conversations")
    request = Request("POST", "workiq.svc.cloud.microsoft", "/rest/beta/conversations", body=b"{}")
    reply = dialect.answer(dialect.read(request), ANSWER)
    body = json.loads(reply.body)

    assert reply.status == 201
    assert (body["state"], body["turnCount"]) == ("active", 0)
    assert body["createdDateTime"] == "2026-09-21T14:13:20.0000000Z"
    assert "messages" not in body


def test_an_answer_is_the_conversation_with_both_messages() -> None:
    body = json.loads(CHAT.answer(call(), ANSWER).body)

    assert (body["id"], body["turnCount"], body["displayName"]) == ("some-id", 1, "When do we meet?")
    assert [one["text"] for one in body["messages"]] == ["When do we meet?", "Nine o'clock"]
    assert {one["@odata.type"] for one in body["messages"]} == {"#microsoft.graph.copilotConversationResponseMessage"}


def test_what_is_kept_of_a_conversation_goes_on() -> None:
    kept = Conversation("some-id", 1_780_000_000)
    for _ in range(30):
        kept = kept.asked(call(), ANSWER).told(ANSWER, "hm")
    body = json.loads(CHAT.answer(continued(kept), ANSWER).body)

    assert body["turnCount"] == 31
    assert body["createdDateTime"].startswith("2026-05-28")
    assert len(body["messages"]) == MOST_MESSAGES
    assert body["messages"][-1]["text"] == "Nine o'clock"


def test_a_stream_is_snapshots_whose_last_message_grows() -> None:
    events = [json.loads(event.removeprefix(b"data: ")) for event in CHAT.stream(call("chatOverStream"), ANSWER)]

    assert [event["messages"][-1]["text"] for event in events] == ["When do we meet?", "Nine", "Nine o'clock"]
    assert len({event["messages"][-1]["id"] for event in events[1:]}) == 1
    assert {event["id"] for event in events} == {"some-id"}


def test_a_stream_without_words_still_ends() -> None:
    events = list(CHAT.stream(call("chatOverStream"), Answer("cd", 0, (), 0)))

    assert json.loads(events[-1].removeprefix(b"data: "))["messages"][-1]["text"] == ""


def test_a_refused_prompt_is_a_200_and_ends_the_conversation() -> None:
    refused = Failure(FailureKind.CONTENT_REFUSED)
    plain, streamed = (CHAT.failure(call(end), refused) for end in ("chat", "chatOverStream"))
    last = streamed.body.strip().rpartition(b"data: ")[2]

    assert (plain.status, streamed.status) == (200, 200)
    assert dict(streamed.headers)["content-type"] == "text/event-stream"
    for body in (json.loads(plain.body), json.loads(last)):
        assert body["state"] == "disengagedForRai"
        assert body["messages"][-1]["text"].startswith("Sorry, I can't chat about this.")


def test_a_stream_that_a_filter_stops_is_disengaged_and_a_short_one_is_not() -> None:
    stopped, short = (
        json.loads(CHAT.stream_incomplete(call("chatOverStream"), early(finish), ()).removeprefix(b"data: "))
        for finish in ("content_filter", "length")
    )

    assert (stopped["state"], short["state"]) == ("disengagedForRai", "active")
    assert [one["text"] for one in short["messages"]] == ["When do we meet?"]


def test_an_error_in_a_stream_is_graphs_error() -> None:
    event = CHAT.stream_failure(
        call("chatOverStream"), Failure(FailureKind.OVERLOADED), begun(call("chatOverStream"), 3)
    )

    assert json.loads(event.removeprefix(b"data: "))["error"]["code"] == "ServiceUnavailable"


def test_the_clients_own_request_id_comes_back_where_it_is_one() -> None:
    mine = dict(CHAT.answer(call(headers={"client-request-id": "my-id-1"}), ANSWER).headers)
    odd = dict(CHAT.answer(call(headers={"client-request-id": "no\r\nid"}), ANSWER).headers)

    assert mine["client-request-id"] == "my-id-1" != mine["request-id"]
    assert odd["client-request-id"] == odd["request-id"]
