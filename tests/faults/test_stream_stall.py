"""A stream that falls silent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Forward, Hang, Wait
from brownout.faults import FAULTS, Fault, Strike


def test_it_stays_silent_until_it_is_let_go(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("stream_stall").program(strike_for(stream=True)) == (Forward(events=5), Hang())


def test_it_can_be_let_go_after_a_while(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    program = fault_for("stream_stall", release_after="90s").program(strike_for(stream=True))

    assert program == (Forward(events=5), Hang(90))


def test_it_can_go_on_to_the_end(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    program = fault_for("stream_stall", after="2 events", resume_after="4s").program(strike_for(stream=True))

    assert program == (Forward(events=2), Wait(4), Forward())


def test_it_cannot_both_go_on_and_be_let_go(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="not both"):
        fault_for("stream_stall", resume_after=1, release_after=1)


def test_only_streams_stall() -> None:
    assert FAULTS["stream_stall"].streams_only
    assert FAULTS["stream_stall"].positioned
