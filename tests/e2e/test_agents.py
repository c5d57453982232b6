"""Agents whose tools the model uses of its own accord: what a turn that was begun anew does twice."""

from __future__ import annotations

from typing import Any

import pytest
from support.drills import LOOSELY, scenario, starts
from support.played import played

from brownout.chance import uniform

PHASES = (("healthy", "3s", "operational"), ("struck", "5s", "major_outage"))
RULE = {"fault": "answer_lost", "on": "openai.chat", "when": {"tool": "refund"}, "share": "50%", "shows": "reset"}


def journey(kind: str) -> dict[str, Any]:
    step = {"name": "ask", "post": f"/{kind}", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}
    message = "Reference {{ canary }}: refund order 17."
    effects = {"get": f"/{kind}/done", "items": "done"}
    return {"message": message, "patience": "10s", "steps": [step], "effects": effects}


@pytest.mark.heavy
def test_an_agent_that_begins_its_turn_anew_refunds_twice_and_one_that_repeats_the_call_does_not() -> None:
    kinds = ("careless", "careful")
    healthy = {"check": "success", "during": "operational", "at_least": "100%", "min_samples": 3}
    profile: dict[str, Any] = {
        **LOOSELY,
        "name": "agent",
        "settle": "500ms",
        "start": starts("agent_app"),
        "standin": {"tools": "70%"},
        "journeys": {kind: journey(kind) for kind in kinds},
        "load": {"users": 16, "arrive": 50, "pause": "50ms"},
        "expect": [healthy, *({"check": "no_duplicate_effects", "journey": kind} for kind in kinds)],
    }
    drill = scenario(RULE)
    drill["timeline"] = [
        {"phase": name, "lasts": lasts, "impact": impact, "rules": [RULE] if name == "struck" else []}
        for name, lasts, impact in PHASES
    ]
    found = played(
        "short.yaml", "--app", "brownout.yaml", files={"short.yaml": drill, "brownout.yaml": profile}, codes=(1,)
    )

    assert [one["status"] for one in found.result()["verdicts"] if one["check"] == "no_duplicate_effects"] == [
        "BROKEN",
        "HELD",
    ]
    assert found.statuses()["success during operational"] == "HELD"
    turns = {row["canary"] for row in found.rows("exchange") if row["phase"] == "healthy"}
    used = {row["canary"] for row in found.rows("exchange") if row["step"] == 1}
    chosen = {canary for canary in turns if uniform(found.rows("drill")[0]["seed"], "uses a tool", canary) < 0.7}
    assert used & turns
    assert used & turns <= chosen < turns
