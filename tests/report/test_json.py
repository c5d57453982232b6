from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from brownout.report.json import render, result_from_dict
from brownout.result import PhaseResult, Result, RuleResult, Second
from brownout.verdict import Evidence, Status, Verdict

NUMBERS = st.floats(-1e9, 1e9)
MAYBE = st.none() | NUMBERS
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NUMBERS | st.text(max_size=8)
TEXTS = st.text(max_size=12)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2))
OBJECTS = st.dictionaries(TEXTS, JSON, max_size=3)
COUNTS = st.dictionaries(TEXTS, st.integers(), max_size=2)


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=2).map(tuple)


EVIDENCE = st.builds(Evidence, TEXTS, OBJECTS)
VERDICTS = st.builds(
    Verdict,
    *(TEXTS, TEXTS, st.sampled_from(Status), TEXTS, TEXTS, TEXTS, st.integers()),
    evidence=several(EVIDENCE),
    next_step=st.none() | TEXTS,
    journey=st.none() | TEXTS,
    during=several(TEXTS),
)
RESULTS = st.builds(
    Result,
    started_at=NUMBERS,
    duration=NUMBERS,
    speed=NUMBERS,
    verdicts=several(VERDICTS),
    phases=several(st.builds(PhaseResult, start=NUMBERS, end=NUMBERS, p50=MAYBE, p95=MAYBE)),
    rules=several(st.builds(RuleResult)),
    seconds=several(st.builds(Second, t=NUMBERS, p50=MAYBE, p95=MAYBE)),
    totals=OBJECTS,
    faults=COUNTS,
    outcomes=COUNTS,
    other_hosts=several(TEXTS),
    status_posts=several(OBJECTS),
    zero=MAYBE,
)


@given(RESULTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_can_be_read_back(result: Result) -> None:
    assert result_from_dict(json.loads(render(result))) == result


def test_a_whole_drill_can_be_read_back(outage: Result) -> None:
    again = result_from_dict(json.loads(render(outage)))

    assert again == outage
    assert again.verdicts[2].status is Status.BROKEN
    assert render(again) == render(outage)


def test_figures_that_json_cannot_say_become_null(outage: Result) -> None:
    phase = replace(outage.phases[0], p50=float("nan"), p95=float("inf"))

    data = json.loads(render(replace(outage, phases=(phase,))), parse_constant=pytest.fail)

    assert data["phases"][0]["p50"] is None
    assert data["phases"][0]["p95"] is None


def test_evidence_may_hold_what_json_has_no_type_for(outage: Result) -> None:
    row = {"at": datetime(2026, 2, 3, 20, 12, tzinfo=UTC), "rules": ("a", "b"), 7: {1.5}}
    verdict = replace(outage.verdicts[0], evidence=(Evidence("text", row),))  # type: ignore[arg-type]

    data = json.loads(render(replace(outage, verdicts=(verdict,))))

    assert data["verdicts"][0]["evidence"][0]["row"] == {
        "at": "2026-02-03 20:12:00+00:00",
        "rules": ["a", "b"],
        "7": [1.5],
    }


def test_fields_of_a_newer_version_are_passed_over(outage: Result) -> None:
    data = {**outage.as_dict(), "added_later": 1}

    assert result_from_dict(data) == outage


def test_a_missing_field_is_named(outage: Result) -> None:
    data = outage.as_dict()
    del data["scenario"]

    with pytest.raises(ValidationError, match="scenario"):
        result_from_dict(data)


def test_any_text_survives_being_written_as_bytes(outage: Result) -> None:
    torn = replace(outage, app="half a surrogate \ud83d", title="ünïcode →")

    again = result_from_dict(json.loads(render(torn).encode("ascii")))
    assert again == replace(torn, app="half a surrogate \ufffd")  # strict readers refuse a file with half a letter
