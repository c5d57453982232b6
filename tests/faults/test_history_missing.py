"""A conversation that the platform has lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Head, Send
from brownout.exchange import Call
from brownout.faults import Strike
from brownout.faults.history_missing import HistoryMissing
from brownout.scenario import Rule
from brownout.services import services_matching


def answered(rule: Rule, strike: Strike) -> tuple[int, dict[str, Any]]:
    head, body, _ = rule.program(strike)
    assert isinstance(head, Head)
    assert isinstance(body, Send)
    return head.status, json.loads(body.data)


def test_only_services_that_keep_history_show_it() -> None:
    found = services_matching(HistoryMissing.services)

    assert {"azure.responses", "openai.conversations", "openai.responses"} <= set(found)
    assert {name.partition(".")[2] for name in found} == {"conversations", "responses"}


def test_a_conversation_is_not_found(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    status, body = answered(rule_for("history_missing"), strike_for(call=call_for("openai.conversations")))

    assert status == 404
    assert body["error"]["message"] == "Conversation with id 'conv_1' not found."


def test_a_previous_response_is_not_found(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    call = call_for("openai.responses", input="And now?", previous_response_id="resp_7")

    status, body = answered(rule_for("history_missing"), strike_for(call=call))

    assert status == 400
    assert body["error"]["code"] == "previous_response_not_found"
    assert "resp_7" in body["error"]["message"]


def test_a_list_can_come_back_empty_instead(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))

    status, body = answered(rule_for("history_missing", shows="empty"), strike)

    assert status == 200
    assert (body["object"], body["data"]) == ("list", [])


def test_what_is_no_reading_is_not_found_even_so(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    call = call_for("openai.responses", input="And now?", conversation="conv_1")

    assert answered(rule_for("history_missing", shows="empty"), strike_for(call=call))[0] == 404


@pytest.mark.parametrize(
    "reference", [{"previous_response_id": "resp_7"}, {"conversation": "conv_1"}, {"conversation": {"id": "conv_1"}}]
)
def test_a_call_that_refers_to_something_kept_can_miss_it(
    rule_for: Callable[..., Rule], call_for: Callable[..., Call], reference: dict[str, Any]
) -> None:
    assert rule_for("history_missing").applies(call_for("openai.responses", input="And now?", **reference))


@pytest.mark.parametrize(
    ("service", "method", "path", "applies"),
    [
        ("openai.responses", "POST", "/v1/responses", False),
        ("openai.responses", "GET", "/v1/responses/resp_7", True),
        ("openai.conversations", "POST", "/v1/conversations", False),
        ("openai.conversations", "GET", "/v1/conversations/conv_1", True),
        ("openai.conversations", "DELETE", "/v1/conversations/conv_1", True),
    ],
)
def test_a_call_that_refers_to_nothing_cannot(
    rule_for: Callable[..., Rule],
    call_for: Callable[..., Call],
    service: str,
    method: str,
    path: str,
    applies: bool,
) -> None:
    call = call_for(service, method=method, path=path, input=[{"role": "user", "content": "Hello"}])

    assert rule_for("history_missing").applies(call) is applies


def test_another_way_to_show_it_is_refused(rule_for: Callable[..., Rule]) -> None:
    with pytest.raises(ValidationError, match="shows"):
        rule_for("history_missing", shows="garbage")
