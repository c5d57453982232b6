"""A status page that is late, wrong and down, through whole drills: what it does to whoever trusts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.drills import PROFILE, Desk, a_desk, scenario

pytestmark = pytest.mark.e2e
APP = Path(__file__).parents[1] / "support" / "status_app.py"
IMPACTS = ("operational", "major_outage", "degraded", "partial_outage")
SUCCESS = {"check": "success", "at_least": "90%", "min_samples": 3}


def profile(kind: str) -> dict[str, Any]:
    """The application that trusts the page, or the one to which it is a hint."""
    ask = {"name": "ask", "post": "/ask", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}
    return {
        **PROFILE,
        "name": kind,
        "connect": "intercept",
        "start": {"command": ["{python}", str(APP), "{port}", kind]},
        "journeys": {"ask": {"patience": "3s", "steps": [ask]}},
        "load": {"users": 6, "arrive": 100, "pause": "100ms"},
        "expect": [*({**SUCCESS, "during": impact} for impact in IMPACTS), {"check": "no_hang", "within": "2900ms"}],
    }


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


def _statuses(desk: Desk) -> dict[str, str]:
    return {verdict["id"]: verdict["status"] for verdict in desk.result()["verdicts"]}


def _outcomes(desk: Desk) -> dict[str, Counter[str]]:
    """What users got, by phase."""
    (drill,) = desk.rows("drill")
    found: dict[str, Counter[str]] = {phase["name"]: Counter() for phase in drill["phases"]}
    for row in desk.rows("journey"):
        at = row["t"] - drill["zero"]
        name = next((one["name"] for one in drill["phases"] if one["start"] <= at < one["end"]), None)
        if name is not None:
            found[name][row["outcome"]] += 1
    return found


def test_who_trusts_the_page_suffers_unwarned_goes_back_too_early_and_falls_with_it(desk: Desk) -> None:
    desk.write("brownout.yaml", profile("trusting"))
    done = desk.brownout("run", "status-page-lies", "--out", "out", "--speed", "800", timeout=100)
    outcomes, statuses = _outcomes(desk), _statuses(desk)

    assert done.returncode == 1, done.stderr + done.stdout
    assert outcomes["unannounced"]["error"]  # the page was green
    assert outcomes["announced"]["refused"]  # told to come back, honestly
    assert outcomes["called-resolved"]["error"]  # it went back, and failed again
    assert outcomes["page-down"]["hung"]  # the page, not the model, kept them waiting
    assert not outcomes["page-down"]["refused"]
    assert statuses.pop("success during operational") == "HELD"
    assert statuses.pop("injection_proof") != "BROKEN"  # who is told to come back calls nobody that could be struck
    assert set(statuses.values()) == {"BROKEN"}


def test_to_whom_the_page_is_a_hint_all_of_it_does_nothing(desk: Desk) -> None:
    desk.write("brownout.yaml", profile("hinting"))
    done = desk.brownout("run", "status-page-lies", "--out", "out", "--speed", "800", timeout=100)

    assert done.returncode == 0, done.stderr + done.stdout
    assert set(_statuses(desk).values()) == {"HELD"}
    struck = {row["fault"] for row in desk.rows("exchange") if row["service"] == "openai.status" and row["delivered"]}
    assert struck & {"gateway_error", "hang"}


def test_a_page_that_takes_no_connection_fells_nobody_to_whom_it_is_a_hint(desk: Desk) -> None:
    page = {"on": "openai.*", "when": {"path": "status.openai.com:*"}}
    desk.write("short.yaml", scenario({"fault": "connection_refused", **page}, lasts="2s"))
    desk.write("brownout.yaml", profile("hinting"))
    done = desk.brownout("run", "short.yaml", "--out", "out", timeout=60)

    assert done.returncode == 0, done.stderr + done.stdout
    assert {row["path"] for row in desk.rows("exchange") if row["injected"]} == {"status.openai.com:443"}
    assert {row["outcome"] for row in desk.rows("journey")} == {"ok"}
