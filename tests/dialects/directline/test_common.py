"""Direct Line's conversations, tokens and activities on the wire."""

from __future__ import annotations

import json

import pytest

from brownout.dialects import dialect_for
from brownout.exchange import Answer, Call, Request

ANSWER = Answer("ab" * 16, 1_790_000_000, ("Hello", " there"), 4)
PLACE = "/v3/directline/conversations"
POSTED = {"type": "message", "from": {"id": "user1"}, "text": "hi"}


def call(part: str, method: str, path: str, body: object = None, host: str = "directline.botframework.com") -> Call:
    data = b"" if body is None else json.dumps(body).encode()
    return dialect_for(f"directline.{part}").read(Request(method, host, path, body=data))


def test_an_activity_is_read() -> None:
    read = call("activities", "POST", f"{PLACE}/abc/activities", POSTED)

    assert (read.text, read.conversation, read.user, read.stream) == ("hi", "abc", "user1", False)


@pytest.mark.parametrize(
    ("host", "region"), [("directline", "us"), ("europe.directline", "eu"), ("india.directline", "in")]
)
def test_a_new_conversation_says_where_it_is_kept(host: str, region: str) -> None:
    begun = call("conversations", "POST", PLACE, host=f"{host}.botframework.com")
    reply = dialect_for("directline.conversations").answer(begun, ANSWER)
    body = json.loads(reply.body)

    assert reply.status == 201
    assert body["conversationId"].endswith(f"-{region}")
    assert body["expires_in"] == 1800
    assert body["streamUrl"].startswith(f"wss://{host}.botframework.com{PLACE}/{body['conversationId']}/stream?")


def test_coming_back_to_a_conversation_is_a_200() -> None:
    reply = dialect_for("directline.conversations").answer(call("conversations", "GET", f"{PLACE}/abc"), ANSWER)

    assert (reply.status, json.loads(reply.body)["conversationId"]) == (200, "abc")


def test_a_token_is_for_a_conversation() -> None:
    reply = dialect_for("directline.tokens").answer(call("tokens", "POST", "/v3/directline/tokens/generate"), ANSWER)

    assert set(json.loads(reply.body)) == {"conversationId", "token", "expires_in"}


def test_an_activity_gets_an_id_and_the_bot_is_heard_by_asking() -> None:
    dialect = dialect_for("directline.activities")
    posted = dialect.answer(call("activities", "POST", f"{PLACE}/abc/activities", POSTED), ANSWER)
    heard = json.loads(dialect.answer(call("activities", "GET", f"{PLACE}/abc/activities"), ANSWER).body)

    assert json.loads(posted.body) == {"id": "abc|0000000"}
    (message,) = heard["activities"]
    assert (message["text"], message["id"], message["replyToId"]) == ("Hello there", "abc|0000001", "abc|0000000")
    assert heard["watermark"] == "1"
