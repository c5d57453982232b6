"""Webhooks that pile up."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Deliver
from brownout.faults import Strike
from brownout.rule import Rule


def test_it_waits_for_the_end_of_the_phase(rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]) -> None:
    assert rule_for("webhook_held").program(strike_for()) == (Deliver(held=True),)
