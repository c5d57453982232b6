"""Events that change places."""

from __future__ import annotations

from collections.abc import Callable

from brownout.edits import Picks, Reorder
from brownout.effects import Forward
from brownout.faults import Strike
from brownout.rule import Rule


def test_the_sixth_event_comes_after_the_seventh(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]
) -> None:
    strike = strike_for(stream=True)

    assert rule_for("stream_reorder").program(strike) == (Forward(edit=Reorder(Picks(at=5, salt=strike.id))),)
