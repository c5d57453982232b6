"""OpenAI's webhooks, taken by the official SDK."""

from __future__ import annotations

import base64
import time
from typing import get_args

import openai
import pytest

from brownout.dialects import dialect_for
from brownout.dialects.openai import webhooks
from brownout.dialects.openai.webhooks import Event
from brownout.exchange import Request

ENCODED = "whsec_" + base64.b64encode(b"a secret of the tests").decode()


def client(secret: str) -> openai.OpenAI:
    return openai.OpenAI(api_key="sk-test-1", base_url="http://127.0.0.1:1", webhook_secret=secret)


@pytest.mark.parametrize("secret", [ENCODED, "a plain secret"])
@pytest.mark.parametrize("type", get_args(Event))
def test_the_sdk_unwraps_every_event(type: Event, secret: str) -> None:
    now = int(time.time())
    body = webhooks.event("one", type, "resp_1", now)
    event = client(secret).webhooks.unwrap(body, dict(webhooks.headers(secret, "wh_1", now, body)))

    assert event.type == type
    assert event.data.id == "resp_1"
    assert event.id.startswith("evt_")
    assert event.created_at == now


@pytest.mark.parametrize("other", ["another secret", None])
def test_the_sdk_refuses_what_is_badly_signed_or_not_at_all(other: str | None) -> None:
    now = int(time.time())
    body = webhooks.event("one", "batch.completed", "batch_1", now)

    with pytest.raises((openai.InvalidWebhookSignatureError, ValueError)):
        client(ENCODED).webhooks.unwrap(body, dict(webhooks.headers(other, "wh_1", now, body)))


def test_the_sdk_refuses_one_that_is_too_old() -> None:
    then = int(time.time()) - 3600
    body = webhooks.event("one", "batch.completed", "batch_1", then)

    with pytest.raises(openai.InvalidWebhookSignatureError, match="too old"):
        client(ENCODED).webhooks.unwrap(body, dict(webhooks.headers(ENCODED, "wh_1", then, body)))


def test_a_secret_that_is_no_base_64_is_refused() -> None:
    with pytest.raises(ValueError, match="base 64"):
        webhooks.sign("whsec_!", "wh_1", 1, b"{}")


def test_an_id_is_the_same_for_the_same_delivery() -> None:
    assert webhooks.webhook_id("one") == webhooks.webhook_id("one") != webhooks.webhook_id("two")


def test_a_webhook_is_read_as_event_and_subject() -> None:
    body = webhooks.event("one", "response.completed", "resp_1", 1)
    call = dialect_for("openai.webhooks").read(Request("POST", "127.0.0.1", "/hook", body=body))

    assert (call.model, call.conversation) == ("response.completed", "resp_1")
