from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.journals import Handwritten, rule
from support.results import BLANK

from brownout.checkers import CHECKERS
from brownout.judging.judge import judge
from brownout.report.sarif import render
from brownout.result import Result
from brownout.verdict import Figure, Status, Verdict

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json"


@cache
def published() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text()))


def run_of(result: Result) -> dict[str, Any]:
    """The only run of the file, which fits the published schema."""
    document = json.loads(render(result))
    published().validate(document)
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def findings(result: Result) -> dict[str, dict[str, Any]]:
    return {each["properties"]["expectation"]: each for each in run_of(result)["results"]}


def place(finding: dict[str, Any]) -> tuple[str, str | None, int]:
    (location,) = finding["locations"]
    physical = location["physicalLocation"]
    artifact = physical["artifactLocation"]
    return artifact["uri"], artifact.get("uriBaseId"), physical["region"]["startLine"]


def test_broken_is_an_error_unknown_is_for_review_and_what_held_is_no_finding(outage: Result) -> None:
    levels = {name: (each["kind"], each["level"]) for name, each in findings(outage).items()}

    assert levels == {
        **dict.fromkeys((v.id for v in outage.verdicts if v.status is Status.BROKEN), ("fail", "error")),
        "first_token during recovering": ("review", "none"),
    }


def test_a_message_says_finding_measured_objective_and_what_to_do_and_the_interval_once(outage: Result) -> None:
    measured = "23% (69 of 301); 19% to 28% with 97.5% confidence"
    verdict = replace(outage.verdicts[2], measured=measured, figure=Figure(0.23, 0.19, 0.28, "share", "higher"))

    (finding,) = run_of(replace(outage, verdicts=(verdict,)))["results"]

    assert finding["message"]["text"].split("\n") == [
        verdict.finding,
        "Measured: 23% (69 of 301); 19% to 28% with 97.5% confidence. Objective: at least 50% answered whole.",
        f"Next step: {verdict.next_step}",
    ]


def test_each_check_is_a_rule_in_the_words_of_the_docs() -> None:
    verdicts = tuple(Verdict(name, name, Status.BROKEN, "", "", "") for name in CHECKERS)
    rules = run_of(replace(BLANK, verdicts=verdicts))["tool"]["driver"]["rules"]

    assert [each["id"] for each in rules] == list(CHECKERS)
    assert all(each["help"]["text"].startswith("**") for each in rules)
    first = next(each for each in rules if each["id"] == "no_hang")
    assert first["name"] == "NoHang"
    assert first["shortDescription"]["text"].startswith("Does everybody get an end in time")


def test_a_finding_keeps_its_fingerprint_between_runs_and_shares_it_with_no_other(outage: Result) -> None:
    later = replace(outage, seed=5, started_at=outage.started_at + 86_400, duration=50.0)
    moved = tuple(replace(v, line=v.line + 7, measured="other", finding="other") for v in later.verdicts)

    before, after = findings(outage), findings(replace(later, verdicts=moved))

    marks = {name: each["partialFingerprints"] for name, each in before.items()}
    assert marks == {name: each["partialFingerprints"] for name, each in after.items()}
    assert len({json.dumps(mark) for mark in marks.values()}) == 5
    other = findings(replace(outage, app="other"))
    assert not {json.dumps(each["partialFingerprints"]) for each in other.values()} & set(
        map(json.dumps, marks.values())
    )


def test_the_run_says_when_how_and_how_it_ended(outage: Result) -> None:
    run = run_of(outage)
    (invocation,) = run["invocations"]

    assert run["automationDetails"]["id"] == "brownout/chatgpt-2026-02-03/fragile-chat/2026-09-21T14:13:20Z"
    assert invocation == {
        "executionSuccessful": True,
        "exitCode": 1,
        "commandLine": outage.command,
        "startTimeUtc": "2026-09-21T14:13:20Z",
        "endTimeUtc": "2026-09-21T14:14:56Z",
        "toolExecutionNotifications": [],
    }


def test_a_drill_that_proves_nothing_is_no_success_and_no_empty_file(healthy: Result) -> None:
    killed = run_of(replace(healthy, status=Status.UNKNOWN, outcome="killed", exit_code=3))

    assert killed["invocations"][0]["executionSuccessful"] is False
    assert [each["ruleId"] for each in killed["results"]] == ["drill"]
    assert run_of(healthy)["results"] == []


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("brownout.yaml", 12, ("brownout.yaml", "%SRCROOT%", 12)),
        ("./my app/brownout.yaml", 0, ("my%20app/brownout.yaml", "%SRCROOT%", 1)),
        ("/srv/shop/brownout.yaml", 3, ("file:///srv/shop/brownout.yaml", None, 3)),
    ],
)
def test_a_finding_is_at_its_line_of_the_profile(
    outage: Result, file: str, line: int, expected: tuple[str, str | None, int]
) -> None:
    verdict = replace(outage.verdicts[2], line=line)

    assert place(findings(replace(outage, app_file=file, verdicts=(verdict,)))[verdict.id]) == expected


def test_a_rule_that_struck_nothing_is_at_its_line_of_the_scenario(tmp_path: Path) -> None:
    drill = Handwritten(tmp_path / "drill")
    drill.drill |= {
        "rules": [{**rule(), "line": 21}],
        "expect": [{"check": "success", "at_least": 0.9}],
        "expect_lines": [9],
        "app_file": "brownout.yaml",
        "scenario_file": "outages/mine.yaml",
    }
    for second in range(11, 19):
        drill.exchange(second, f"bo-{second}", phase="outage", eligible=["outage.1.server_error"])
    drill.asks(11, ["error"] * 20)
    by_name = findings(judge(drill.write()))
    drill.close()

    assert place(by_name["injection_proof"]) == ("outages/mine.yaml", "%SRCROOT%", 21)
    assert place(by_name["success"]) == ("brownout.yaml", "%SRCROOT%", 9)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=30))
def test_any_text_fits_and_is_no_link(outage: Result, text: str) -> None:
    hostile = f"[click](http://x) \x1b[31m]]> ::error::{text}"
    verdict = replace(outage.verdicts[2], id=hostile, check=hostile, finding=hostile, measured=hostile, line=4)

    run = run_of(replace(outage, app=hostile, scenario=hostile, app_file=text or "x", verdicts=(verdict,)))

    (finding,) = run["results"]
    assert "](" not in finding["message"]["text"]
    assert "\x1b" not in json.dumps(run, ensure_ascii=False)
    json.dumps(run, ensure_ascii=False).encode()


def test_a_text_without_end_is_cut(outage: Result) -> None:
    verdict = replace(outage.verdicts[2], finding="x" * 100_000)

    assert len(run_of(replace(outage, verdicts=(verdict,)))["results"][0]["message"]["text"]) == 4_000
