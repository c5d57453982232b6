"""A channel that is closed for the application."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from brownout.dialects import dialect_for
from brownout.dialects.whatsapp import webhooks
from brownout.effects import Deliver, Head, Send
from brownout.exchange import Call, Request
from brownout.faults import Fault, Strike
from brownout.faults.channel_shut import NOTICE
from brownout.rule import Rule


def call_to(service: str, path: str) -> Call:
    body = {"messaging_product": "whatsapp", "to": "16505076520", "type": "text", "text": {"body": "Hello"}}
    request = Request("POST", "graph.facebook.com", path, body=json.dumps(body).encode())
    return dialect_for(service).read(request)


def webhook() -> Call:
    body = webhooks.received(webhooks.Number(), "16505076520", "Ada", "ab" * 16, 1, webhooks.text("Hello"))
    return dialect_for("whatsapp.webhooks").read(Request("POST", "127.0.0.1", "/hook", body=body))


MESSAGE = call_to("whatsapp.messages", "/v25.0/106540352242922/messages")


@pytest.mark.parametrize(
    ("code", "status", "subcode"), [(131031, 403, None), (368, 403, None), (190, 401, 460), (None, 403, None)]
)
def test_calls_are_refused_in_whatsapps_own_words(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    code: int | None,
    status: int,
    subcode: int | None,
) -> None:
    settings = {} if code is None else {"code": code}
    head, sent, _ = fault_for("channel_shut", on="whatsapp.*", **settings).program(strike_for(call=MESSAGE))

    assert isinstance(head, Head)
    assert isinstance(sent, Send)
    error = json.loads(sent.data)["error"]
    assert (head.status, error["code"], error.get("error_subcode")) == (status, code or 131031, subcode)


def test_a_webhook_is_kept_back_and_its_user_gets_the_notice(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    strike = strike_for(call=webhook())

    assert fault_for("channel_shut", on="whatsapp.*").program(strike) == (Deliver(copies=0, notice=NOTICE),)
    silent = fault_for("channel_shut", on="whatsapp.*", notice=None)
    assert silent.program(strike) == (Deliver(copies=0),)


def test_the_notice_names_the_way_out() -> None:
    assert "link your account" in NOTICE


def test_it_may_leave_calls_alone_and_never_webhooks(fault_for: Callable[..., Fault]) -> None:
    polite = fault_for("channel_shut", on="whatsapp.*", sends="accepted")

    assert (polite.applies(MESSAGE), polite.applies(webhook())) == (False, True)
    assert fault_for("channel_shut", on="whatsapp.*").applies(MESSAGE)


def test_it_closes_whatsapp_alone_calls_and_webhooks(rule_for: Callable[..., Rule]) -> None:
    covers = rule_for("channel_shut", on="*").covers

    assert {"whatsapp.media", "whatsapp.messages", "whatsapp.webhooks"} <= covers
    assert {name.partition(".")[0] for name in covers} == {"whatsapp"}
    assert "whatsapp.connection" not in covers


@pytest.mark.parametrize("state", ["SCHEDULE_FOR_DISABLE", "DISABLE"])
def test_what_meta_says_of_the_account_itself_still_comes(
    fault_for: Callable[..., Fault], state: webhooks.BanState
) -> None:
    body = webhooks.account_update(state, date(2026, 1, 15), 1)
    call = dialect_for("whatsapp.webhooks").read(Request("POST", "127.0.0.1", "/hook", body=body))

    assert not fault_for("channel_shut", on="whatsapp.*").applies(call)
    assert not fault_for("channel_shut", on="whatsapp.*", sends="accepted").applies(call)
