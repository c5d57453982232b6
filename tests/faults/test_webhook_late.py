"""Webhooks that come late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brownout.effects import Deliver
from brownout.faults import Fault, Strike


def test_it_comes_late_in_incident_time(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("webhook_late").program(strike_for(speed=60.0)) == (Deliver(delay=10.0),)


@pytest.mark.parametrize(("draw", "delay"), [(0.0, 4.0), (0.5, 6.0), (1.0, 8.0)])
def test_how_late_is_drawn(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], draw: float, delay: float
) -> None:
    fault = fault_for("webhook_late", delay="6s", jitter="2s")

    assert fault.program(strike_for(draw=draw)) == (Deliver(delay=delay),)


def test_it_is_never_early(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("webhook_late", delay="1s", jitter="5s")

    assert fault.program(strike_for(draw=0.0)) == (Deliver(delay=0.0),)
