"""A status page that is late, wrong and down, through a whole drill: what it does to whoever trusts it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.drills import LOOSELY, PROFILE, scenario
from support.played import Played, played

pytestmark = pytest.mark.e2e
APP = Path(__file__).parents[1] / "support" / "status_app.py"
KINDS = ("trusting", "hinting")
IMPACTS = ("operational", "major_outage", "degraded", "partial_outage")
SUCCESS: dict[str, Any] = {"check": "success", "at_least": "90%", "min_samples": 3, **LOOSELY}


def journey(kind: str) -> dict[str, Any]:
    """Who asks the application that trusts the page, or the one to which it is a hint."""
    ask = {"name": "ask", "post": f"/{kind}", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}
    return {"patience": "3s", "steps": [ask]}


def profile(*kinds: str) -> dict[str, Any]:
    """Both applications in one, or one of them."""
    held = [
        {**check, "journey": kind}
        for kind in kinds
        for check in (*({**SUCCESS, "during": impact} for impact in IMPACTS), {"check": "no_hang", "within": "2900ms"})
    ]
    return {
        **PROFILE,
        "name": "status",
        "connect": "intercept",
        "start": {"command": ["{python}", str(APP), "{port}"]},
        "journeys": {kind: journey(kind) for kind in kinds},
        "load": {"users": 6 * len(kinds), "arrive": 100, "pause": "100ms"},
        "expect": held,
    }


@pytest.fixture(scope="module")
def drill() -> Played:
    """The shipped scenario, played to both at once: what each meets is told apart by its journey."""
    files = {"brownout.yaml": profile(*KINDS)}
    return played("status-page-lies", "--speed", "800", files=files, codes=(1,))


def _outcomes(drill: Played, kind: str) -> dict[str, Counter[str]]:
    """What the users of one of them got, by phase."""
    (about,) = drill.rows("drill")
    found: dict[str, Counter[str]] = {phase["name"]: Counter() for phase in about["phases"]}
    for row in drill.rows("journey"):
        at = row["t"] - about["zero"]
        name = next((one["name"] for one in about["phases"] if one["start"] <= at < one["end"]), None)
        if name is not None and row["journey"] == kind:
            found[name][row["outcome"]] += 1
    return found


def _statuses(drill: Played, kind: str) -> dict[str, str]:
    return {id: status for id, status in drill.statuses().items() if f" of {kind}" in id}


def test_who_trusts_the_page_suffers_unwarned_goes_back_too_early_and_falls_with_it(drill: Played) -> None:
    outcomes, statuses = _outcomes(drill, "trusting"), _statuses(drill, "trusting")

    assert outcomes["unannounced"]["error"]  # the page was green
    assert outcomes["announced"]["refused"]  # told to come back, honestly
    assert outcomes["called-resolved"]["error"]  # it went back, and failed again
    assert outcomes["page-down"]["hung"]  # the page, not the model, kept them waiting
    assert not outcomes["page-down"]["refused"]
    assert statuses.pop("success of trusting during operational") == "HELD"
    assert set(statuses.values()) == {"BROKEN"}


def test_to_whom_the_page_is_a_hint_all_of_it_does_nothing(drill: Played) -> None:
    outcomes = _outcomes(drill, "hinting")

    assert {outcome for found in outcomes.values() for outcome in found} == {"ok"}
    assert set(_statuses(drill, "hinting").values()) == {"HELD"}
    struck = {row["fault"] for row in drill.rows("exchange") if row["service"] == "openai.status" and row["delivered"]}
    assert struck & {"gateway_error", "hang"}


def test_a_page_that_takes_no_connection_fells_nobody_to_whom_it_is_a_hint() -> None:
    page = {"on": "openai.*", "when": {"path": "status.openai.com:*"}}
    short = scenario({"fault": "connection_refused", **page}, lasts="2s")
    drill = played("short.yaml", files={"short.yaml": short, "brownout.yaml": profile("hinting")}, codes=(0, 3))

    assert {row["path"] for row in drill.rows("exchange") if row["injected"]} == {"status.openai.com:443"}
    assert {row["outcome"] for row in drill.rows("journey")} == {"ok"}
