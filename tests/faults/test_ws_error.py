"""A request over a WebSocket that the platform refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.dialects import dialect_for
from brownout.effects import Close, Messages, Refuse
from brownout.exchange import Call, Request
from brownout.faults import Fault, Strike

UPGRADE = {"upgrade": "websocket", "authorization": "Bearer sk-test-1"}


def opened(path: str) -> Call:
    request = Request("GET", "api.openai.com", path, "model=gpt-realtime", headers=UPGRADE)
    return dialect_for("openai.realtime" if "realtime" in path else "openai.responses").read(request)


REALTIME, RESPONSES = opened("/v1/realtime"), opened("/v1/responses")
ASKS = json.dumps({"type": "response.create", "event_id": "mine", "model": "gpt-4o-mini", "input": "Hi"}).encode()


def refusal(fault: Fault, strike: Strike) -> Messages:
    (effect,) = fault.program(strike)
    assert isinstance(effect, Messages)
    return effect


def reply(effect: Messages, message: bytes = ASKS) -> list[dict[str, Any]]:
    assert isinstance(effect.change, Refuse)
    return [json.loads(one) for one in effect.change.reply(message) or ()]


def test_realtime_names_the_event_that_caused_the_error(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    (event,) = reply(refusal(fault_for("ws_error"), strike_for(call=REALTIME)))

    assert event["type"] == "error"
    assert event["event_id"].startswith("event_")
    assert (event["error"]["type"], event["error"]["event_id"]) == ("server_error", "mine")
    assert "session ID sess_" in event["error"]["message"]


def test_responses_puts_the_status_beside_the_error(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    (event,) = reply(refusal(fault_for("ws_error", error="rate_limit"), strike_for(call=RESPONSES)))

    assert (event["type"], event["status"], event["error"]["code"]) == ("error", 429, "rate_limit_exceeded")


@pytest.mark.parametrize(("call", "last"), [(REALTIME, "response.done"), (RESPONSES, "response.failed")])
def test_an_answer_can_begin_and_fail(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call: Call, last: str
) -> None:
    fault = fault_for("ws_error", shows="failed", error="quota")

    events = reply(refusal(fault, strike_for(call=call)))

    assert events[0]["type"] == "response.created"
    assert events[-1]["type"] == last
    ended = events[-1]["response"]
    assert ended["status"] == "failed"
    assert (ended.get("error") or ended["status_details"]["error"])["code"] == "insufficient_quota"
    assert ended["id"] == events[0]["response"]["id"]


@pytest.mark.parametrize("call", [REALTIME, RESPONSES])
@pytest.mark.parametrize("message", [b'{"type": "session.update"}', b"no json", b"[]", b"\xff\x00"])
def test_a_message_that_asks_for_nothing_passes(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call: Call, message: bytes
) -> None:
    effect = refusal(fault_for("ws_error"), strike_for(call=call))

    assert isinstance(effect.change, Refuse)
    assert effect.change.reply(message) is None


def test_the_wait_in_the_text_passes_at_the_scenarios_speed(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    fault = fault_for("ws_error", error="rate_limit", retry_after="144s")

    (event,) = reply(refusal(fault, strike_for(call=REALTIME, speed=120)))

    assert "try again in 1.2s" in event["error"]["message"]


def test_what_follows_is_said(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    def change(**settings: str) -> Refuse:
        found = refusal(fault_for("ws_error", **settings), strike_for(call=REALTIME)).change
        assert isinstance(found, Refuse)
        return found

    assert (change().go_on, change().close) == (False, None)
    assert change(then="answer").go_on
    assert change(then="close").close == Close(1008)


def test_a_failed_answer_has_no_other_answer(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="a failed answer is the answer"):
        fault_for("ws_error", shows="failed", then="answer")
