"""WhatsApp's webhooks: bodies as the Cloud API documents them, and a signature over their bytes."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.dialects import dialect_for
from brownout.dialects.whatsapp import webhooks
from brownout.dialects.whatsapp.webhooks import Number, State
from brownout.exchange import Call, Request

NUMBER, USER, ID = Number(), "16505076520", "ab" * 16


def read(body: bytes) -> Call:
    return dialect_for("whatsapp.webhooks").read(Request("POST", "127.0.0.1", "/hook", body=body))


@given(st.text(min_size=1), st.binary())
def test_the_signature_is_an_hmac_by_the_app_secret_over_the_bytes(secret: str, body: bytes) -> None:
    secret = secret.encode("utf-8", "replace").decode()
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()

    assert dict(webhooks.headers(secret, body))["x-hub-signature-256"] == f"sha256={expected}"


def test_without_a_secret_there_is_no_signature() -> None:
    assert "x-hub-signature-256" not in dict(webhooks.headers(None, b"{}"))


def test_what_a_user_says_has_sender_number_and_id() -> None:
    body = json.loads(webhooks.received(NUMBER, USER, "Ada", ID, 1_763_000_000, webhooks.text("Hello")))
    change = body["entry"][0]["changes"][0]
    message = change["value"]["messages"][0]

    assert (body["object"], change["field"]) == ("whatsapp_business_account", "messages")
    assert change["value"]["metadata"] == {"display_phone_number": NUMBER.display, "phone_number_id": NUMBER.id}
    whom = {"wa_id": USER, "user_id": webhooks.user_id(USER)}
    assert change["value"]["contacts"] == [{"profile": {"name": "Ada"}, **whom}]
    assert message.pop("id").startswith("wamid.")
    assert message.pop("from_user_id") == whom["user_id"]
    assert message == {"from": USER, "timestamp": "1763000000", "type": "text", "text": {"body": "Hello"}}


def test_files_are_named_by_their_id() -> None:
    assert webhooks.image("1", "image/png", "ff", "look")["image"]["caption"] == "look"
    assert "caption" not in webhooks.image("1", "image/png", "ff")["image"]
    assert webhooks.voice("1", "audio/ogg", "ff")["audio"] == {
        "mime_type": "audio/ogg",
        "sha256": "ff",
        "id": "1",
        "voice": True,
    }


@pytest.mark.parametrize("state", ["sent", "delivered", "read", "failed"])
def test_a_state_names_message_and_recipient(state: State) -> None:
    body = webhooks.status(NUMBER, USER, "wamid.X", 1_763_000_000, state)
    said = json.loads(body)["entry"][0]["changes"][0]["value"]["statuses"][0]

    assert (said["id"], said["status"], said["recipient_id"]) == ("wamid.X", state, USER)
    assert ("errors" in said) is (state == "failed")
    assert (read(body).model, read(body).user) == (f"statuses.{state}", USER)


def test_a_failure_says_why_in_whatsapps_codes() -> None:
    body = webhooks.status(NUMBER, USER, "wamid.X", 1, "failed", code=131047)
    (error,) = json.loads(body)["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"]

    assert error["code"] == 131047
    assert error["title"] == error["message"]
    assert error["error_data"]["details"]


def test_a_webhook_is_read_as_event_user_and_words() -> None:
    call = read(webhooks.received(NUMBER, USER, "Ada", ID, 1, webhooks.image("1", "image/png", "ff", "look")))

    assert (call.service, call.model, call.user, call.text) == ("whatsapp.webhooks", "messages.image", USER, "look")


@given(st.binary(max_size=60))
def test_reading_never_fails(body: bytes) -> None:
    assert read(body).service == "whatsapp.webhooks"


def test_the_handshake_asks_for_its_challenge() -> None:
    query = parse_qs(webhooks.handshake("a token", "1158201444"))

    assert query == {"hub.mode": ["subscribe"], "hub.verify_token": ["a token"], "hub.challenge": ["1158201444"]}


def test_the_end_of_an_account_is_about_no_user_and_names_its_day() -> None:
    body = webhooks.account_update("SCHEDULE_FOR_DISABLE", date(2023, 10, 9), 1)
    entry = json.loads(body)["entry"][0]
    call = read(body)

    ban = {"waba_ban_state": "SCHEDULE_FOR_DISABLE", "waba_ban_date": "October 9, 2023"}
    assert entry["changes"] == [{"value": {"event": "DISABLED_UPDATE", "ban_info": ban}, "field": "account_update"}]
    assert (call.model, call.user, call.turns) == ("account_update", None, ())
