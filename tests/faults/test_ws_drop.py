"""Messages of a WebSocket that get lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Drop, Messages
from brownout.exchange import Call, Request
from brownout.faults import FAULTS, Fault, Strike
from brownout.rule import rule_of

WS_FAULTS = [name for name in FAULTS if name.startswith("ws_")]
OPENED = Call("openai.realtime", Request("GET", "api.openai.com", "/v1/realtime"), upgrade=True)


def test_one_message_is_lost_after_five(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    program = fault_for("ws_drop").program(strike_for(call=OPENED))

    assert program == (Messages(Drop(), "platform", 5, 1),)


def test_all_messages_of_both_sides_can_be_lost(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    fault = fault_for("ws_drop", direction="both", after="0 messages", count=None)

    assert fault.program(strike_for(call=OPENED)) == (Messages(Drop(), "both", 0, None),)


def test_calls_that_pass_first_do_not_move_the_position(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    (effect,) = fault_for("ws_drop", after="20 calls").program(strike_for(call=OPENED))

    assert isinstance(effect, Messages)
    assert effect.skip == 5


@pytest.mark.parametrize("name", WS_FAULTS)
def test_only_a_call_that_asks_for_a_websocket_can_suffer_it(name: str, call_for: Callable[..., Call]) -> None:
    fault = FAULTS[name](fault=name)

    assert fault.applies(OPENED)
    assert not fault.applies(call_for("openai.responses", stream=True))


@pytest.mark.parametrize("name", WS_FAULTS)
@pytest.mark.parametrize("after", ["8 events", "400 bytes"])
def test_a_websocket_has_no_events_and_bytes(name: str, after: str) -> None:
    with pytest.raises(ValidationError, match="this takes '5 messages'"):
        rule_of(name, {"fault": name, "on": "openai.realtime", "after": after})


@pytest.mark.parametrize("name", ["server_error", "stream_cut"])
def test_other_faults_have_no_messages(name: str) -> None:
    with pytest.raises(ValidationError, match="counted over a WebSocket only"):
        rule_of(name, {"fault": name, "on": "openai.*", "after": "5 messages"})
