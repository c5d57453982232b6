"""Messages of a WebSocket that come late."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Gaps, Late, Messages
from brownout.exchange import Call, Request
from brownout.faults import Fault, Strike

OPENED = Call("openai.realtime", Request("GET", "api.openai.com", "/v1/realtime"), upgrade=True)


def test_every_message_from_the_sixth_on_is_late(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    strike = strike_for(call=OPENED)

    program = fault_for("ws_delay", delay="1.5s", jitter="500ms").program(strike)

    assert program == (Messages(Late(Gaps(1.5, 0.5, strike.id)), "platform", 5, None),)


def test_what_the_client_says_can_be_late(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("ws_delay", direction="from_client", after="1 message", count=2)

    (effect,) = fault.program(strike_for(call=OPENED))

    assert isinstance(effect, Messages)
    assert (effect.side, effect.skip, effect.count) == ("client", 1, 2)


def test_delays_are_real_time_at_any_speed(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    (effect,) = fault_for("ws_delay", delay="2s").program(strike_for(call=OPENED, speed=120))

    assert isinstance(effect, Messages)
    assert isinstance(effect.change, Late)
    assert effect.change.gaps.nth(0) == 2.0
