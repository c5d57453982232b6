"""Several faults on one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import End, Forward, Head, Rewrite, Sequel, Wait
from brownout.exchange import Call
from brownout.faults import FAULTS, Strike
from brownout.faults.combining import ALONGSIDE
from brownout.rule import Rule
from brownout.wire.chaining import Chain

SLOW = {"fault": "slow_headers", "delay": "2s"}


def test_what_comes_before_an_answer_is_done_first(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]
) -> None:
    rule = rule_for("stream_cut", after="4 events", **{"with": [SLOW]})

    assert rule.whole_program(strike_for(stream=True)) == (Wait(2.0), Forward(events=4), End())


def test_what_changes_an_answer_changes_what_passes(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]
) -> None:
    along = [{"fault": "stream_drop"}, {"fault": "stream_duplicate"}, {"fault": "slow_stream", "gap": "1s"}]
    forward, sequel, end = rule_for("stream_error", **{"with": along}).whole_program(strike_for(stream=True))

    assert isinstance(forward, Forward)
    assert isinstance(forward.edit, Chain)
    assert [type(edit).__name__ for edit in forward.edit.edits] == ["DropEvents", "Duplicate"]
    assert forward.gaps is not None
    assert (forward.events, isinstance(sequel, Sequel), end) == (5, True, End())


def test_an_answer_that_is_made_up_keeps_the_waits(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]
) -> None:
    along = [{"fault": "slow_first_token", "delay": "2s"}, {"fault": "stream_drop"}]
    wait, head, *_ = rule_for("overloaded", **{"with": along}).whole_program(strike_for(stream=True))

    assert isinstance(wait, Wait)
    assert isinstance(head, Head)


def test_what_cannot_strike_a_call_is_left_out(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    along = [{"fault": "stream_drop"}, {"fault": "context_damaged"}]
    rule = rule_for("slow_headers", **{"with": along})
    turns: Any = [{"role": "user", "content": "One"}, {"role": "assistant", "content": "1"}] * 2
    longer = strike_for(call=call_for(messages=[*turns, {"role": "user", "content": "Two"}]))

    assert rule.whole_program(strike_for()) == rule.kind.program(strike_for())
    assert [type(effect) for effect in rule.whole_program(longer)] == [Rewrite, Wait, Forward]


@pytest.mark.parametrize("name", ALONGSIDE)
def test_each_that_may_come_along_lets_the_answer_through(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], name: str
) -> None:
    program = rule_for(name, on="*").kind.program(strike_for(stream=True))

    assert isinstance(program[-1], Forward)
    assert name in FAULTS


@pytest.mark.parametrize(
    ("fault", "along", "why"),
    [
        ("stream_cut", {"fault": "hang"}, "slow_headers"),
        ("stream_cut", {"fault": "slow_headers", "share": "3%"}, "share"),
        ("ws_close", SLOW, "strikes no answer"),
        ("connection_refused", SLOW, "strikes no answer"),
        ("webhook_late", SLOW, "strikes no answer"),
    ],
)
def test_what_does_not_go_together_is_refused(
    rule_for: Callable[..., Rule], fault: str, along: dict[str, str], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        rule_for(fault, on="*", **{"with": [along]})
