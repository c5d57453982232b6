"""A stream that ends early."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import End, Fin, Forward, Inside
from brownout.faults import FAULTS, Strike
from brownout.rule import Rule


def test_after_five_events_the_message_ends_as_if_complete(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]
) -> None:
    assert rule_for("stream_cut").program(strike_for(stream=True)) == (Forward(events=5), End())


def test_it_can_end_without_the_end_of_the_message(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]
) -> None:
    assert rule_for("stream_cut", end="fin").program(strike_for(stream=True)) == (Forward(events=5), Fin())


def test_it_can_end_inside_an_event(rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]) -> None:
    program = rule_for("stream_cut", after="400 bytes").program(strike_for(stream=True))

    assert program == (Forward(size=400), End())


def test_only_streams_are_cut() -> None:
    assert FAULTS["stream_cut"].streams_only
    assert FAULTS["stream_cut"].positioned


def test_another_end_is_refused(rule_for: Callable[..., Rule]) -> None:
    with pytest.raises(ValidationError, match="end"):
        rule_for("stream_cut", end="happy")


@pytest.mark.parametrize("inside", ["event", "code_point"])
def test_one_more_event_can_be_cut_too(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], inside: Inside
) -> None:
    program = rule_for("stream_cut", after="3 events", inside=inside, end="fin").program(strike_for(stream=True))

    assert program == (Forward(events=3, inside=inside), Fin())


def test_a_count_of_bytes_needs_no_inside(rule_for: Callable[..., Rule]) -> None:
    with pytest.raises(ValidationError, match="cuts where it falls"):
        rule_for("stream_cut", after="400 bytes", inside="event")
