"""What was kept for a channel that has ended, and was not moved away in time."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.calls.histories import Histories, Opening
from brownout.deciding.plan import Counts, Moment, decide
from brownout.effects import Head, Send
from brownout.exchange import Call, Exchange
from brownout.faults import Fault, Strike
from brownout.faults.history_gone import HistoryGone
from brownout.scenario import Scenario
from brownout.services import BUILT_IN

CallFor = Callable[..., Call]


def scenario(**more: Any) -> Scenario:
    rule = {"fault": "history_gone", "on": "openai.*"}
    timeline = [{"phase": "only", "lasts": "1h", "impact": "shutdown", "rules": [rule]}]
    return Scenario.model_validate({"brownout": 1, "name": "x", "title": "x", "timeline": timeline, **more})


def test_services_that_keep_histories_show_it_and_no_others() -> None:
    parts = {name.partition(".")[2] for name in BUILT_IN.services_matching(HistoryGone.services)}

    assert parts == {"activities", "assistants", "chat", "conversations", "responses"}


@pytest.mark.parametrize(
    ("path", "kept"),
    [("/v1/conversations/conv_1/items", True), ("/v1/conversations/conv_1", True), ("/v1/conversations", False)],
)
def test_only_a_call_that_names_a_history_can_miss_it(
    fault_for: Callable[..., Fault], call_for: CallFor, path: str, kept: bool
) -> None:
    assert fault_for("history_gone").applies(call_for("openai.conversations", path=path)) is kept


def test_a_chat_that_the_client_keeps_is_never_gone(fault_for: Callable[..., Fault], call_for: CallFor) -> None:
    assert not fault_for("history_gone").applies(call_for("openai.chat"))


def test_it_is_not_found_in_the_platforms_own_words(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: CallFor
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))
    head, body, _ = fault_for("history_gone").program(strike)

    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert head.status == 404
    assert json.loads(body.data)["error"]["message"] == "Conversation with id 'conv_1' not found."


def test_a_rule_spares_what_its_key_says_and_null_spares_nothing(
    fault_for: Callable[..., Fault], call_for: CallFor
) -> None:
    histories = Histories()
    linked = call_for("openai.conversations", method="POST", path="/v1/conversations/conv_1", metadata={"owner": "7"})
    histories.note(linked, Opening(), 10.0)
    call = call_for("openai.conversations")

    assert fault_for("history_gone").lost(call, histories, 20.0)
    assert not fault_for("history_gone", spares="owner").lost(call, histories, 20.0)
    assert fault_for("history_gone", spares=None).lost(call, histories, 20.0)


def test_only_what_is_lost_is_eligible(call_for: CallFor) -> None:
    played = scenario(channels={"whatsapp": {"deadline": "1m"}})
    (rule,) = played.rules
    exchange = Exchange(call_for("openai.conversations"), "key", None, 0, "proxy")
    moment = Moment(played.phases[0], 90.0)

    assert decide(played, moment, exchange, {rule.id: Counts(admits=False)}).rule == rule
    assert decide(played, moment, exchange, {rule.id: Counts(admits=True)}).eligible == ()
    assert decide(played, moment, exchange).eligible == ()


def test_it_needs_a_channel_that_ends() -> None:
    with pytest.raises(ValidationError, match=r"history_gone needs to know when a channel ends; add channels: "):
        scenario()


def test_before_the_timeline_begins_everything_is_old(call_for: CallFor) -> None:
    histories = Histories()
    histories.meet(call_for("openai.conversations"), -math.inf)

    assert histories.lost(call_for("openai.conversations"), 0.0, None)
