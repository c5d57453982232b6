"""Events that are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Forward
from brownout.faults import FAULTS, Fault, Strike
from brownout.faults.picking import Picking
from brownout.wire.edits import DropEvents, Picks


@pytest.mark.parametrize(
    ("settings", "picks"),
    [
        ({}, {"at": 5}),
        ({"after": "0 events"}, {"at": 0}),
        ({"after": "20 calls"}, {"at": 5}),
        ({"each": "5%"}, {"each": 0.05}),
        ({"only": "message_stop"}, {"at": 0, "only": "message_stop"}),
        ({"only": "*.delta", "after": "3 events"}, {"at": 3, "only": "*.delta"}),
        ({"only": "ping", "each": 1}, {"each": 1.0, "only": "ping"}),
    ],
)
def test_what_is_lost_is_as_the_rule_says(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], settings: dict[str, Any], picks: dict[str, Any]
) -> None:
    strike = strike_for(stream=True)

    program = fault_for("stream_drop", **settings).program(strike)

    assert program == (Forward(edit=DropEvents(Picks(salt=strike.id, **picks))),)


@pytest.mark.parametrize("name", ["stream_corrupt", "stream_drop", "stream_duplicate", "stream_reorder"])
def test_a_position_in_bytes_is_refused(fault_for: Callable[..., Fault], name: str) -> None:
    with pytest.raises(ValidationError, match="whole events"):
        fault_for(name, after="400 bytes")


def test_a_position_and_a_probability_are_one_too_many(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="not both"):
        fault_for("stream_drop", after="3 events", each="5%")


def test_only_streams_lose_events() -> None:
    kinds = [fault for fault in FAULTS.values() if issubclass(fault, Picking)]

    assert len(kinds) == 5
    assert all(fault.streams_only and fault.positioned for fault in kinds)
