"""Answers that trickle in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.config.delay import fixed
from brownout.effects import Forward, Gaps
from brownout.faults import Fault, Strike


@pytest.mark.parametrize("stream", [False, True])
def test_the_answer_comes_in_small_pieces(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool
) -> None:
    strike = strike_for(stream=stream)

    program = fault_for("slow_drip", bytes=8, gap="50ms").program(strike)

    assert program == (Forward(gaps=Gaps(0.0, 0.0, strike.id, fixed(0.05)), piece=8),)


def test_pauses_can_have_a_spread(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    (forward,) = fault_for("slow_drip", gap={"uniform": ["10ms", "90ms"]}).program(strike_for())

    assert isinstance(forward, Forward)
    assert forward.gaps is not None
    pauses = [forward.gaps.nth(index) for index in range(50)]
    assert all(0.01 <= pause <= 0.09 for pause in pauses)
    assert len(set(pauses)) == 50


def test_no_bytes_at_a_time_are_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        fault_for("slow_drip", bytes=0)
