"""Plain answers that break off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Effect, End, Fin, Forward, Rst
from brownout.exchange import Call
from brownout.faults import Fault, Strike


@pytest.mark.parametrize(("end", "effect"), [("clean", End()), ("fin", Fin()), ("reset", Rst())])
def test_the_beginning_passes_and_then_it_ends(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], end: str, effect: Effect
) -> None:
    assert fault_for("answer_cut", end=end, after="9 bytes").program(strike_for()) == (Forward(size=9), effect)
    assert fault_for("answer_cut", after="2 calls").program(strike_for())[0] == Forward(size=40)


def test_only_plain_answers_are_cut(fault_for: Callable[..., Fault], call_for: Callable[..., Call]) -> None:
    fault = fault_for("answer_cut")

    assert fault.applies(call_for())
    assert not fault.applies(call_for(stream=True))
    assert not fault.needs_stream


def test_a_plain_answer_has_no_events(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="400 bytes"):
        fault_for("answer_cut", after="3 events")
