"""Webhooks that pile up."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Deliver
from brownout.faults import Fault, Strike


def test_it_waits_for_the_end_of_the_phase(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("webhook_held").program(strike_for()) == (Deliver(held=True),)
