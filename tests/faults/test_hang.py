"""A platform that never answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import ForwardHead, Hang, Program
from brownout.faults import Fault, Strike


@pytest.mark.parametrize("stream", [False, True])
def test_nothing_comes_at_all(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool) -> None:
    assert fault_for("hang").program(strike_for(stream=stream)) == (Hang(),)


def test_headers_can_come_first(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("hang", after_headers=True).program(strike_for()) == (ForwardHead(), Hang())


def test_it_can_be_let_go_after_a_while(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("hang", release_after="2m").program(strike_for()) == (Hang(120),)


def test_a_position_in_the_stream_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="hang has none"):
        fault_for("hang", after="8 events")


@pytest.mark.parametrize(("at", "program"), [("before_headers", (Hang(),)), ("after_headers", (ForwardHead(), Hang()))])
def test_it_says_where_it_falls_silent(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], at: str, program: Program
) -> None:
    assert fault_for("hang", at=at).program(strike_for(stream=True)) == program


def test_two_places_are_one_too_many(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="different things"):
        fault_for("hang", at="before_headers", after_headers=True)
