"""WhatsApp's messages, files and numbers on the wire."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from brownout.dialects import dialect_for
from brownout.exchange import Answer, Call, Reply, Request

ANSWER = Answer("ab" * 16, 1_790_000_000, ("Hello", " there"), 4)
NUMBER = "/v25.0/106540352242922"
SENT = {"messaging_product": "whatsapp", "to": "+1 650-507-6520", "type": "text", "text": {"body": "hi"}}


def call(part: str, method: str, path: str, body: Any = None, query: str = "") -> Call:
    data = b"" if body is None else json.dumps(body).encode()
    return dialect_for(f"whatsapp.{part}").read(Request(method, "graph.facebook.com", path, query, {}, data))


def answer(part: str, method: str, path: str, body: Any = None, query: str = "") -> Reply:
    return dialect_for(f"whatsapp.{part}").answer(call(part, method, path, body, query), ANSWER)


def test_a_message_is_read() -> None:
    read = call("messages", "POST", f"{NUMBER}/messages", SENT)

    assert (read.text, read.user, read.conversation) == ("hi", "+1 650-507-6520", "+1 650-507-6520")


def test_a_message_is_accepted_with_an_id_that_holds_the_number() -> None:
    body = json.loads(answer("messages", "POST", f"{NUMBER}/messages", SENT).body)
    (message,) = body["messages"]

    assert body["contacts"] == [{"input": "+1 650-507-6520", "wa_id": "16505076520"}]
    assert message["id"].startswith("wamid.HBgLMTY1MDUwNzY1MjAVAgARGBI")
    assert base64.b64decode(message["id"].removeprefix("wamid."), validate=True)
    assert message["message_status"] == "accepted"


BSUID = "US.13491208655302741918"


@pytest.mark.parametrize(
    ("whom", "contact", "user"),
    [
        ({"to": "+1 650-507-6520"}, {"input": "+1 650-507-6520", "wa_id": "16505076520"}, "+1 650-507-6520"),
        ({"recipient": BSUID}, {"input": BSUID, "user_id": BSUID}, BSUID),
        ({"to": "16505076520", "recipient": BSUID}, {"input": "16505076520", "wa_id": "16505076520"}, "16505076520"),
    ],
)
def test_a_message_goes_to_a_number_or_to_an_id_of_the_business_own(
    whom: dict[str, str], contact: dict[str, str], user: str
) -> None:
    body = {**{key: value for key, value in SENT.items() if key != "to"}, **whom}

    assert call("messages", "POST", f"{NUMBER}/messages", body).user == user
    assert json.loads(answer("messages", "POST", f"{NUMBER}/messages", body).body)["contacts"] == [contact]


def test_a_message_that_was_read_is_a_success() -> None:
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}

    assert json.loads(answer("messages", "POST", f"{NUMBER}/messages", read).body) == {"success": True}


def test_a_file_is_described_with_its_address() -> None:
    body = json.loads(answer("media", "GET", "/v25.0/1037543291543636").body)

    assert body["id"] == "1037543291543636"
    assert body["url"].startswith("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1037543291543636&")
    assert body["sha256"] == hashlib.sha256(b"Hello there").hexdigest()
    assert answer("media", "GET", "/whatsapp_business/attachments/").body == b"Hello there"


def test_a_new_file_has_an_id_that_is_taken_for_a_files() -> None:
    (id,) = json.loads(answer("media", "POST", f"{NUMBER}/media").body).values()

    assert len(id) == 16
    assert id.isdigit()


def test_a_number_shows_what_is_asked_for() -> None:
    whole, some = (
        json.loads(answer("numbers", "GET", NUMBER, query=query).body) for query in ("", "fields=quality_rating,x")
    )

    assert whole["platform_type"] == "CLOUD_API"
    assert some == {"quality_rating": "GREEN", "id": "106540352242922"}


@pytest.mark.parametrize(("path", "version"), [(NUMBER, "v25.0"), ("/106540352242922", "v25.0"), ("/v17.0/1", "v17.0")])
def test_the_version_is_the_one_that_was_asked_for(path: str, version: str) -> None:
    reply = answer("numbers", "GET", path)

    assert dict(reply.headers)["facebook-api-version"] == version
    assert json.loads(reply.body)["id"] == path.rpartition("/")[2]
