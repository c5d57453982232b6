"""Every scenario that is shipped is played against an application, and its rules strike what that application calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from support import seeds
from support.drills import PROFILE, starts
from support.played import played

from brownout.library.library import load_scenario, scenarios
from brownout.result import RuleResult

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Way:
    """How a scenario is played here: by which users of ``support.shipped_app``, and at which speed."""

    kinds: tuple[str, ...]
    speed: float
    users: int = 4


OWN: Mapping[str, Way] = {
    "anthropic-overload": Way(("claude", "claude-stream"), 1500, users=8),
    "baseline": Way(("chat",), 20),
    "conversations-vanish-2025-12-02": Way(("chat", "kept"), 1000, users=10),
    "history-sidebar-2023-03-20": Way(("chat", "kept"), 18_000),
    "slow-then-down": Way(("chat", "stream"), 180, users=8),
}
"""Those that the page "From the reports" does not play: it has the drills of all others."""
REPORTED = {command[2]: name for name, command in seeds.commands().items() if name != "missed"}
"""Scenario → its drill on that page."""
LATER = {*OWN, *(name for name, drill in REPORTED.items() if drill in seeds.LATER)}
"""Those that `make drills` plays; the others are played by `make test` anyway, for that page."""
APART = ("unused", "unmatched", "no_traffic", "unlucky")
"""States of rules about what this application never does, or too seldom in so short a drill for the dice to fall so."""


@cache
def rules(name: str) -> tuple[RuleResult, ...]:
    """What became of each rule of a scenario, in the drill that plays it."""
    if name in REPORTED:
        result = seeds.drilled(REPORTED[name]).result
        assert result.outcome == "completed"
        return result.rules
    found = played(
        name, "--speed", f"{OWN[name].speed:g}", files={"brownout.yaml": profile(OWN[name])}, codes=(0, 1, 3)
    )
    assert found.result()["outcome"] == "completed", found.said
    return tuple(RuleResult(**rule) for rule in found.result()["rules"])


def profile(way: Way) -> dict[str, Any]:
    """The application and its users, each of whom gives up after a second."""
    step = {"name": "ask", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}
    return {
        **PROFILE,
        "name": "shipped",
        "start": starts("shipped_app", OPENAI_BASE_URL="{openai_base_url}"),
        "journeys": {kind: {"patience": "2s", "steps": [{**step, "post": f"/{kind}"}]} for kind in way.kinds},
        "load": {"users": way.users * len(way.kinds), "arrive": 100, "pause": "50ms"},
        "expect": [{"check": "no_leaks"}],
    }


def test_every_shipped_scenario_has_a_drill() -> None:
    assert sorted({*OWN, *REPORTED}) == sorted(one.name for one in scenarios())
    assert not {*OWN} & {*REPORTED}


def cases() -> list[Any]:
    """The scenarios by name, those that are played later marked so."""
    names = [scenario.name for scenario in scenarios()]
    return [pytest.param(name, marks=pytest.mark.heavy if name in LATER else ()) for name in names]


@pytest.mark.parametrize("name", cases())
def test_each_of_its_faults_reaches_an_application_that_calls_what_it_is_about(name: str) -> None:
    meant = [rule for rule in rules(name) if rule.state not in APART and rule.injected]
    struck = {rule.fault for rule in meant if rule.delivered}

    assert {rule.fault for rule in meant} - struck == set()
    assert bool(struck) is bool(load_scenario(name).rules)


@pytest.mark.heavy
@pytest.mark.parametrize("name", OWN)
def test_the_application_of_this_page_meets_every_fault_of_what_it_calls(name: str) -> None:
    met = {rule.fault for rule in rules(name) if rule.delivered}
    seldom = {rule.fault for rule in rules(name) if rule.state in ("no_traffic", "unlucky") or not rule.injected}
    assert {rule.fault for rule in rules(name)} - seldom <= met
