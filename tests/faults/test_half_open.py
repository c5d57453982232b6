"""A connection that is accepted, and then nothing."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Hang
from brownout.faults import Fault, Strike
from brownout.rule import Rule


def test_nothing_comes_until_the_client_leaves(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]
) -> None:
    rule = rule_for("half_open")

    assert rule.kind.program(strike_for()) == (Hang(None),)
    assert rule.covers == {"openai.connection"}


def test_it_may_be_let_go_earlier(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("half_open", release_after="1m").program(strike_for(speed=60)) == (Hang(60.0),)
