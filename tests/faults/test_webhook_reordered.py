"""Webhooks that others overtake."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Deliver
from brownout.faults import Fault, Strike


def test_it_waits_for_others_but_not_for_ever(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    fault = fault_for("webhook_reordered", behind=3, within="2m")

    assert fault.program(strike_for(speed=60.0)) == (Deliver(behind=3, within=2.0),)
