"""A whole stream with pauses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Forward, Gaps
from brownout.faults import FAULTS, Fault, Strike


def test_the_platforms_stream_passes_whole_with_pauses(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    strike = strike_for(stream=True)

    program = fault_for("slow_stream", gap="250ms", jitter="50ms").program(strike)

    assert program == (Forward(gaps=Gaps(0.25, 0.05, strike.id)),)


def test_the_same_strike_pauses_the_same(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("slow_stream", jitter="200ms")
    (first,), (second,) = fault.program(strike_for(stream=True)), fault.program(strike_for(stream=True))

    assert isinstance(first, Forward)
    assert isinstance(second, Forward)
    assert first.gaps is not None
    assert second.gaps is not None
    pauses = [first.gaps.nth(index) for index in range(20)]
    assert pauses == [second.gaps.nth(index) for index in range(20)]
    assert len(set(pauses)) > 1
    assert all(0.3 <= pause <= 0.7 for pause in pauses)


def test_only_a_stream_can_be_slow_in_this_way() -> None:
    assert FAULTS["slow_stream"].streams_only


def test_a_gap_that_is_no_duration_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="is not a duration"):
        fault_for("slow_stream", gap="a while")


def test_gaps_can_have_a_spread(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    (forward,) = fault_for("slow_stream", gap={"pareto": {"least": "10ms", "alpha": 1.5}, "most": "1s"}).program(
        strike_for(stream=True)
    )

    assert isinstance(forward, Forward)
    assert forward.gaps is not None
    pauses = [forward.gaps.nth(index) for index in range(200)]
    assert all(0.01 <= pause <= 1 for pause in pauses)
    assert sum(pause < 0.016 for pause in pauses) > 80  # half of them, at this alpha


def test_a_spread_takes_no_jitter(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="spread of its own"):
        fault_for("slow_stream", gap={"uniform": [1, 2]}, jitter="1s")
