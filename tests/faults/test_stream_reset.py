"""A connection that breaks in the middle of a stream."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Forward, Rst
from brownout.faults import FAULTS, Fault, Strike


def test_after_so_many_events_the_connection_is_reset(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    program = fault_for("stream_reset", after="8 events").program(strike_for(stream=True))

    assert program == (Forward(events=8), Rst())


def test_no_event_at_all_is_a_position(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("stream_reset", after="0 events").program(strike_for(stream=True)) == (Forward(events=0), Rst())


def test_only_streams_break_in_this_way() -> None:
    assert FAULTS["stream_reset"].streams_only
    assert FAULTS["stream_reset"].positioned
