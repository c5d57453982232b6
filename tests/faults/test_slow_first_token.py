"""A whole answer that begins late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Forward, ForwardHead, Wait
from brownout.faults import Fault, Strike


def test_a_stream_sends_its_head_and_then_waits(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    assert fault_for("slow_first_token", delay="3s").program(strike_for(stream=True)) == (
        ForwardHead(),
        Wait(3),
        Forward(),
    )


@pytest.mark.parametrize(("stream", "before"), [(True, "headers"), (False, "headers"), (False, "first_event")])
def test_otherwise_the_head_waits_too(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool, before: str
) -> None:
    program = fault_for("slow_first_token", delay="3s", before=before).program(strike_for(stream=stream))

    assert program == (Wait(3), Forward())


@pytest.mark.parametrize(("draw", "seconds"), [(0.0, 2.0), (0.5, 3.0), (0.75, 3.5)])
def test_jitter_is_more_or_less_by_call(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], draw: float, seconds: float
) -> None:
    assert fault_for("slow_first_token", delay=3, jitter=1).program(strike_for(draw=draw))[0] == Wait(seconds)


def test_jitter_never_makes_a_wait_negative(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("slow_first_token", delay=1, jitter=5).program(strike_for(draw=0.0))[0] == Wait(0)


def test_the_delay_is_real_time_at_any_speed(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    assert fault_for("slow_first_token", delay=3).program(strike_for(speed=120))[0] == Wait(3)


def test_another_place_to_wait_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="before"):
        fault_for("slow_first_token", before="lunch")


def test_the_delay_can_have_a_spread(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("slow_first_token", delay={"lognormal": {"median": "2s", "sigma": 0.8}})

    assert fault.program(strike_for(draw=0.5))[0] == Wait(2.0)


def test_a_spread_takes_no_jitter(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="spread of its own"):
        fault_for("slow_first_token", delay={"uniform": [1, 2]}, jitter="1s")
