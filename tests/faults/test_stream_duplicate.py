"""Events that arrive twice."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Forward
from brownout.faults import Strike
from brownout.rule import Rule
from brownout.wire.edits import Duplicate, Picks


def test_the_event_behind_the_position_arrives_twice(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]
) -> None:
    strike = strike_for(stream=True)

    program = rule_for("stream_duplicate", after="8 events").program(strike)

    assert program == (Forward(edit=Duplicate(Picks(at=8, salt=strike.id))),)


def test_events_can_be_struck_each_with_a_probability(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]
) -> None:
    strike = strike_for(stream=True)

    program = rule_for("stream_duplicate", each="20%").program(strike)

    assert program == (Forward(edit=Duplicate(Picks(each=0.2, salt=strike.id))),)
