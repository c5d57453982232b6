"""Headers that come late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brownout.effects import Forward, Wait
from brownout.faults import Fault, Strike


@pytest.mark.parametrize("stream", [False, True])
def test_the_answer_waits_before_its_headers(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool
) -> None:
    assert fault_for("slow_headers", delay="3s").program(strike_for(stream=stream)) == (Wait(3.0), Forward())


@pytest.mark.parametrize(("draw", "seconds"), [(0.0, 1.0), (0.5, 3.0), (0.75, 4.0)])
def test_each_call_waits_its_own_time(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], draw: float, seconds: float
) -> None:
    fault = fault_for("slow_headers", delay={"uniform": ["1s", "5s"]})

    assert fault.program(strike_for(draw=draw))[0] == Wait(seconds)


def test_a_rule_with_a_spread_can_be_dumped_and_read_again(fault_for: Callable[..., Fault]) -> None:
    fault = fault_for("slow_headers", delay={"lognormal": {"median": "2s", "sigma": 0.8}, "most": "30s"})

    assert type(fault).model_validate(fault.model_dump(mode="json", by_alias=True, exclude={"covers"})) == fault
