"""Webhooks that others overtake."""

from __future__ import annotations

from collections.abc import Callable

from brownout.effects import Deliver
from brownout.faults import Strike
from brownout.rule import Rule


def test_it_waits_for_others_but_not_for_ever(rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]) -> None:
    rule = rule_for("webhook_reordered", behind=3, within="2m")

    assert rule.program(strike_for(speed=60.0)) == (Deliver(behind=3, within=2.0),)
