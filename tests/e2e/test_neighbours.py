"""What one failure does to what is beside it, in one drill: a breaker, a wall with a hole, the load as replayed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.drills import LOOSELY, scenario, starts
from support.played import Played, played

from brownout.capacity import Capacity, Pressure, called, later

pytestmark = [pytest.mark.e2e, pytest.mark.heavy]
WAYS = ("careful", "search", "stubborn")
SWAMP = {
    "fault": "overload",
    "on": "openai.chat",
    "capacity": "3 rps",
    "queue": "500ms",
    "worst": "30%",
    "recover": "5s",
}
BREAKER = {
    **{"check": "breaker", "primary": "openai.chat", "fallback": "anthropic.messages", "journey": "careful"},
    **{"after": 3, "opens_within": "1s", "closes_within": "3s", "probes": "50%", "min_samples": 5},
}


def _profile() -> dict[str, Any]:
    reply = {"json": "reply", "disclosed": "fallback", "model": "model", "usage": "tokens"}
    steps = {way: [{"name": way, "post": f"/{way}", "json": {"text": "{{ message }}"}, "reply": reply}] for way in WAYS}
    return {
        **LOOSELY,
        "name": "neighbours",
        "start": {**starts("neighbours_app"), "timeout": "60s"},
        "journeys": {way: {"patience": "3s", "steps": steps[way]} for way in WAYS},
        "load": {"users": 15, "arrive": 50, "pause": "250ms"},
        "expect": [
            BREAKER,
            {"check": "bulkhead", "journey": "search", "min_samples": 5},
            {"check": "storm"},
        ],
    }


def _scenario() -> dict[str, Any]:
    down = {"fault": "hang", "on": "openai.chat"}
    return {
        **scenario(),
        "timeline": [
            {"phase": "healthy", "lasts": "4s", "impact": "operational"},
            {"phase": "down", "lasts": "7s", "impact": "major_outage", "rules": [down]},
            {"phase": "back", "lasts": "7s", "impact": "operational"},
            {"phase": "swamped", "lasts": "2s", "impact": "degraded", "rules": [SWAMP]},
        ],
    }


@pytest.fixture(scope="module")
def drill() -> Played:
    files = {"short.yaml": _scenario(), "brownout.yaml": _profile()}
    return played("short.yaml", "--app", "brownout.yaml", files=files, codes=(1,))


def test_each_is_told_from_what_is_beside_it(drill: Played) -> None:
    statuses = drill.statuses()

    assert statuses["breaker openai.chat of careful"] == "HELD", drill.said
    assert statuses["bulkhead of search"] == "BROKEN", drill.said
    assert statuses["storm"] in ("HELD", "SKIPPED", "BROKEN"), drill.said


def test_a_fallback_that_says_who_answers_is_believed(drill: Played) -> None:
    (told,) = [each["measured"] for each in drill.result()["verdicts"] if each["check"] == "breaker"]

    assert "disclosed it where only anthropic.messages answered" in told
    assert "showed another model than openai.chat's where only anthropic.messages answered" in told
    assert "showed the tokens of its own calls where only anthropic.messages answered" in told


def test_the_load_that_the_journal_has_follows_from_its_calls(drill: Played) -> None:
    (rule,) = [each for each in drill.rows("drill")[0]["rules"] if each["fault"] == "overload"]
    load = rule["load"]
    capacity = Capacity(load["capacity"], load["queue"], load["worst"], load["recover"])
    calls = sorted(
        (row["t"], draw[8]) for row in drill.rows("exchange") for draw in row["draws"] if draw[0] == rule["id"]
    )
    pressure = Pressure(at=calls[0][0])
    off = []
    for t, told in calls:
        pressure = later(pressure, capacity, t)
        off.append(abs(pressure.load(capacity) - told))
        pressure = called(pressure, capacity)

    assert len(calls) > 10, json.dumps(rule)
    assert max(off) < 0.2
