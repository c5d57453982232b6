"""Plain answers that break off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Effect, End, Fin, Forward, Rst
from brownout.exchange import Call
from brownout.faults import Strike
from brownout.rule import Rule


@pytest.mark.parametrize(("end", "effect"), [("clean", End()), ("fin", Fin()), ("reset", Rst())])
def test_the_beginning_passes_and_then_it_ends(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], end: str, effect: Effect
) -> None:
    assert rule_for("answer_cut", end=end, after="9 bytes").program(strike_for()) == (Forward(size=9), effect)
    assert rule_for("answer_cut", after="2 calls").program(strike_for())[0] == Forward(size=40)


def test_only_plain_answers_are_cut(rule_for: Callable[..., Rule], call_for: Callable[..., Call]) -> None:
    rule = rule_for("answer_cut")

    assert rule.applies(call_for())
    assert not rule.applies(call_for(stream=True))
    assert not rule.needs_stream


def test_a_plain_answer_has_no_events(rule_for: Callable[..., Rule]) -> None:
    with pytest.raises(ValidationError, match="400 bytes"):
        rule_for("answer_cut", after="3 events")
