"""Events that arrive twice."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Forward
from brownout.faults import Fault, Strike
from brownout.wire.edits import Duplicate, Picks


def test_the_event_behind_the_position_arrives_twice(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    strike = strike_for(stream=True)

    program = fault_for("stream_duplicate", after="8 events").program(strike)

    assert program == (Forward(edit=Duplicate(Picks(at=8, salt=strike.id))),)


def test_events_can_be_struck_each_with_a_probability(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    strike = strike_for(stream=True)

    program = fault_for("stream_duplicate", each="20%").program(strike)

    assert program == (Forward(edit=Duplicate(Picks(each=0.2, salt=strike.id))),)
