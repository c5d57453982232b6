"""A WebSocket that the platform closes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Close, Messages
from brownout.exchange import Call, Request
from brownout.faults import Fault, Strike

OPENED = Call("openai.realtime", Request("GET", "api.openai.com", "/v1/realtime"), upgrade=True)


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 1013, 4000])
def test_it_is_closed_with_a_code_and_a_reason(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], code: int
) -> None:
    fault = fault_for("ws_close", code=code, reason="Your session ended.", after="3 messages")

    assert fault.program(strike_for(call=OPENED)) == (Messages(Close(code, "Your session ended."), "platform", 3),)


@pytest.mark.parametrize("reset", [False, True])
def test_code_1006_is_no_close_frame_at_all(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], reset: bool
) -> None:
    fault = fault_for("ws_close", code=1006, reset=reset)

    assert fault.program(strike_for(call=OPENED)) == (Messages(Close(None, "", reset), "platform", 5),)


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1015, 2999, 5000])
def test_a_code_that_no_frame_can_hold_is_refused(fault_for: Callable[..., Fault], code: int) -> None:
    with pytest.raises(ValidationError, match="cannot be sent in a close frame; allowed: 1000 to 1003"):
        fault_for("ws_close", code=code)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"code": 1006, "reason": "why"}, "no place for a reason"),
        ({"code": 1011, "reset": True}, "use code 1006 with reset"),
        ({"reason": "é" * 62}, "at most 123 bytes"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    fault_for: Callable[..., Fault], settings: dict[str, object], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        fault_for("ws_close", **settings)
