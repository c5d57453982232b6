"""A stream that ends early."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import End, Fin, Forward, Inside
from brownout.faults import FAULTS, Fault, Strike


def test_after_five_events_the_message_ends_as_if_complete(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    assert fault_for("stream_cut").program(strike_for(stream=True)) == (Forward(events=5), End())


def test_it_can_end_without_the_end_of_the_message(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    assert fault_for("stream_cut", end="fin").program(strike_for(stream=True)) == (Forward(events=5), Fin())


def test_it_can_end_inside_an_event(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    program = fault_for("stream_cut", after="400 bytes").program(strike_for(stream=True))

    assert program == (Forward(size=400), End())


def test_only_streams_are_cut() -> None:
    assert FAULTS["stream_cut"].streams_only
    assert FAULTS["stream_cut"].positioned


def test_another_end_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="end"):
        fault_for("stream_cut", end="happy")


@pytest.mark.parametrize("inside", ["event", "code_point"])
def test_one_more_event_can_be_cut_too(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], inside: Inside
) -> None:
    program = fault_for("stream_cut", after="3 events", inside=inside, end="fin").program(strike_for(stream=True))

    assert program == (Forward(events=3, inside=inside), Fin())


def test_a_count_of_bytes_needs_no_inside(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="cuts where it falls"):
        fault_for("stream_cut", after="400 bytes", inside="event")
