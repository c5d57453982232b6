"""Events that change places."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Forward
from brownout.faults import Fault, Strike
from brownout.wire.edits import Picks, Reorder


def test_the_sixth_event_comes_after_the_seventh(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    strike = strike_for(stream=True)

    assert fault_for("stream_reorder").program(strike) == (Forward(edit=Reorder(Picks(at=5, salt=strike.id))),)
