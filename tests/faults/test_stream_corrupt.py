"""Events that arrive damaged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Forward
from brownout.faults import Fault, Strike
from brownout.wire.edits import Corrupt, Picks


@pytest.mark.parametrize("kind", ["json", "bytes", "utf8"])
def test_one_event_is_damaged(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], kind: str) -> None:
    strike = strike_for(stream=True)

    (forward,) = fault_for("stream_corrupt", kind=kind, after="0 events").program(strike)

    assert isinstance(forward, Forward)
    assert isinstance(forward.edit, Corrupt)
    assert (forward.edit.kind, forward.edit.picks) == (kind, Picks(at=0, salt=strike.id))


def test_another_kind_of_damage_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="kind"):
        fault_for("stream_corrupt", kind="coffee")
