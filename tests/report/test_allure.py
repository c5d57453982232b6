from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from brownout.report.allure import render
from brownout.result import Result
from brownout.verdict import Evidence, Status


def by_name(result: Result) -> dict[str, dict[str, Any]]:
    """The test results by the name of the verdict; every file they name is there."""
    files = render(result)
    made = [json.loads(text) for name, text in files.items() if name.endswith("-result.json")]
    for test in made:
        assert f"{UUID(test['uuid'])}-result.json" in files
        assert {each["source"] for each in test["attachments"]} <= set(files)
        assert test["stage"] == "finished"
        assert test["start"] <= test["stop"]
    return {test["name"]: test for test in made}


def test_each_verdict_is_a_test_with_its_status(outage: Result) -> None:
    skipped = replace(outage.verdicts[0], id="skipped", status=Status.SKIPPED)
    made = by_name(replace(outage, verdicts=(skipped, *outage.verdicts)))
    statuses = {name: test["status"] for name, test in made.items()}

    assert statuses["skipped"] == "skipped"
    assert statuses["no hang"] == "failed"
    assert statuses["recovery"] == "passed"
    assert statuses["first token during recovering"] == "unknown"
    assert len(statuses) == 10


def test_a_test_says_what_was_found_and_where_it_belongs(outage: Result) -> None:
    test = by_name(outage)["no hang"]

    assert test["statusDetails"]["message"].startswith("99 users looked at a spinner")
    assert "objective: an end within 6 s" in test["statusDetails"]["trace"]
    labels = {label["name"]: label["value"] for label in test["labels"]}
    assert labels == {
        "parentSuite": "fragile-chat",
        "suite": "chatgpt-2026-02-03",
        "feature": "no_hang",
        "framework": "brownout",
    }
    assert (test["start"], test["stop"]) == (1_790_000_000_000, 1_790_000_096_500)


def test_timeline_and_evidence_are_attached(outage: Result) -> None:
    files = render(outage)
    attached = {each["name"]: files[each["source"]] for each in by_name(outage)["no hang"]["attachments"]}

    assert ET.fromstring(attached["timeline"]).tag.endswith("svg")
    assert "No byte in 15 s, then the user left" in attached["evidence"]
    assert "scenario=chatgpt-2026-02-03\nseed=20260203\n" in files["environment.properties"]


def test_a_verdict_has_its_history_over_runs_and_each_run_a_file_of_its_own(outage: Result) -> None:
    today, tomorrow = by_name(outage), by_name(replace(outage, started_at=outage.started_at + 86_400))

    assert {name: test["historyId"] for name, test in today.items()} == {
        name: test["historyId"] for name, test in tomorrow.items()
    }
    assert not {test["uuid"] for test in today.values()} & {test["uuid"] for test in tomorrow.values()}
    assert render(outage) == render(outage)


def test_a_drill_that_proves_nothing_has_a_test_that_did_not_pass(healthy: Result) -> None:
    assert by_name(replace(healthy, status=Status.UNKNOWN, outcome="killed"))["drill"]["status"] == "unknown"


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=30))
def test_any_text_is_text(outage: Result, text: str) -> None:
    hostile = f"../../<script>\n=x\\u0041 \x1b[2J{text}"
    verdict = replace(outage.verdicts[2], id=hostile, finding=hostile, evidence=(Evidence(hostile),))

    files = render(replace(outage, app=hostile, scenario=hostile, verdicts=(verdict,), versions={hostile: hostile}))

    assert not any("/" in name or "\\" in name for name in files)
    assert not any("\x1b" in text for text in files.values())
    "".join(files.values()).encode()
    properties = files["environment.properties"].splitlines()
    assert all(line.isascii() and line.count("=") == 1 for line in properties)
    assert len(properties) == 4
