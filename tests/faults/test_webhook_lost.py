"""Webhooks that never come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brownout.effects import Deliver
from brownout.faults import Fault, Strike
from brownout.rule import Rule


def test_it_is_sent_no_time_at_all(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("webhook_lost").program(strike_for()) == (Deliver(copies=0),)


@pytest.mark.parametrize("fault", ["duplicated", "held", "late", "lost", "reordered", "unsigned"])
def test_faults_of_deliveries_strike_deliveries_alone_and_no_other_fault_does(
    rule_for: Callable[..., Rule], fault: str
) -> None:
    assert rule_for(f"webhook_{fault}", on="*").covers == {"openai.mcp", "openai.webhooks", "whatsapp.webhooks"}
    assert rule_for(f"webhook_{fault}", on="openai.*").covers == {"openai.mcp", "openai.webhooks"}
    assert rule_for(f"webhook_{fault}", on="openai.chat").covers == set()
    assert {"openai.mcp", "openai.webhooks"} & rule_for("server_error", on="openai.*").covers == set()
    assert "openai.webhooks" not in rule_for("hang", on="*").covers
