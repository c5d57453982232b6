"""A bot as pywa's tutorial writes it: it answers everybody, and whoever's webhook came twice gets two answers."""

from __future__ import annotations

from typing import Any

import pytest
from support.drills import LOOSELY, scenario, starts
from support.played import played
from support.pywa_app import NUMBER, SECRET, TOKEN

TWICE = {"fault": "webhook_duplicated", "on": "whatsapp.webhooks", "when": {"model": "messages.*"}, "share": "50%"}


@pytest.mark.heavy
def test_a_plain_bot_is_whole_on_a_good_day_and_answers_a_message_twice_that_comes_twice() -> None:
    hook = {"url": "/hooks/whatsapp", "secret": SECRET, "verify_token": TOKEN, "phone_number_id": NUMBER}
    step = {"name": "ask", "whatsapp": {"text": "{{ message }}"}, "repeat": 2}
    profile: dict[str, Any] = {
        **LOOSELY,
        "name": "pywa-bot",
        "connect": "intercept",
        "start": {**starts("pywa_app"), "timeout": "60s"},
        "webhooks": {"whatsapp": hook},
        "journeys": {"chat": {"conversation": "user", "patience": "12s", "steps": [step]}},
        "load": {"users": 4, "arrive": 10},
        "expect": [
            {"check": "success", "at_least": "100%", "during": "operational", "min_samples": 3},
            {"check": "no_hang", "within": "12s"},
            {"check": "answered_once"},
        ],
    }
    drill = scenario(TWICE)
    drill["timeline"] = [
        {"phase": "healthy", "lasts": "5s", "impact": "operational"},
        {"phase": "twice", "lasts": "5s", "impact": "degraded", "rules": [TWICE]},
    ]
    found = played(
        "short.yaml", "--app", "brownout.yaml", files={"short.yaml": drill, "brownout.yaml": profile}, codes=(1,)
    )

    statuses = found.statuses()
    assert (statuses["success during operational"], statuses["no_hang"]) == ("HELD", "HELD"), found.said
    assert statuses["answered_once"] == "BROKEN"
    sent = [row for row in found.rows("exchange") if row["service"] == "whatsapp.messages"]
    assert sent
    assert {row["status"] for row in sent} == {200}
