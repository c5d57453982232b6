"""When a drill is ended at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.drills import PROFILE

from brownout.drill.safety import FEWEST, Safety, watching
from brownout.orders import BUDGET_SPENT
from brownout.profile import Abort, Profile
from brownout.scenario import Scenario

ERRORS = Abort(errors=0.5, over=10.0)
ZERO = 100.0


def _row(ended: float, outcome: str = "error") -> dict[str, Any]:
    return {"kind": "journey", "asks": True, "t": ZERO + ended - 0.5, "duration": 0.5, "outcome": outcome}


def _watch(bounds: Abort, *rows: dict[str, Any], first_fault: float | None = None) -> Safety:
    safety = Safety(bounds, first_fault, ZERO)
    for row in rows:
        safety.take(row)
    return safety


def test_more_errors_than_allowed_for_the_whole_time_end_it_and_are_counted_out() -> None:
    safety = _watch(ERRORS, *(_row(second) for second in range(1, 12)), _row(11.5, "ok"))

    assert safety.why(ZERO + 12) == "9 of 10 answers were errors in the last 10s, and abort allows 50%"


def test_before_the_time_is_over_nothing_is_said() -> None:
    assert _watch(ERRORS, *(_row(1 + number / 10) for number in range(50))).why(ZERO + 10.9) == ""


def test_few_answers_say_nothing() -> None:
    assert _watch(ERRORS, _row(1), *(_row(8) for _ in range(FEWEST - 1))).why(ZERO + 12) == ""


ENDED = st.tuples(st.floats(0, 30), st.sampled_from(("ok", "refused", "error", "hung")))
FAILED_MOSTLY = st.tuples(st.floats(0, 30), st.sampled_from(("ok", "error", "hung", "error", "hung")))


@given(
    st.lists(ENDED, max_size=60) | st.lists(FAILED_MOSTLY, min_size=30, max_size=60),
    st.floats(0, 40) | st.floats(10, 30),
)
def test_only_what_ended_within_the_time_counts(answers: list[tuple[float, str]], now: float) -> None:
    rows = [_row(ended, outcome) for ended, outcome in sorted(answers) if ended <= now]
    recent = [row["outcome"] for row in rows if row["t"] + row["duration"] > ZERO + now - 10]
    failed = sum(outcome in ("error", "hung") for outcome in recent)

    why = _watch(ERRORS, *rows).why(ZERO + now)

    assert not why or (len(recent) >= FEWEST and failed > len(recent) / 2)
    assert not why or why.startswith(f"{failed} of {len(recent)} answers")


def test_an_honest_refusal_is_no_error() -> None:
    assert _watch(ERRORS, *(_row(second, "refused") for second in range(1, 12))).why(ZERO + 12) == ""


@pytest.mark.parametrize(("whole", "ends"), [(8, True), (9, False)])
def test_an_application_that_fails_before_the_first_fault_ends_it(whole: int, ends: bool) -> None:
    rows = [_row(2, "ok")] * whole + [_row(3)] * (10 - whole)
    safety = _watch(Abort(steady_state=0.9), *rows, first_fault=5.0)

    assert safety.why(ZERO + 4.9) == ""
    assert (safety.why(ZERO + 5) != "") is ends
    assert safety.why(ZERO + 6) == ""  # it is looked at once


def test_the_steady_state_is_told_in_figures_that_contradict_it() -> None:
    safety = _watch(Abort(steady_state=0.95), *[_row(2, "ok")] * 8, *[_row(3)] * 2, first_fault=5.0)

    assert safety.why(ZERO + 5).startswith(
        "before the first fault only 8 of 10 questions were answered whole, and steady_state asks for 95%"
    )


def test_what_ended_once_faults_may_strike_is_no_steady_state() -> None:
    rows = [_row(2, "ok")] * 10 + [_row(6)] * 50

    assert _watch(Abort(steady_state=0.9), *rows, first_fault=5.0).why(ZERO + 7) == ""


def test_a_budget_that_is_spent_ends_it_where_that_is_asked_for() -> None:
    note = {"kind": "process", "event": "note", "name": "proxy", "detail": BUDGET_SPENT}

    assert _watch(Abort(budget=True), note).why(ZERO + 1) == BUDGET_SPENT
    assert _watch(ERRORS, note).why(ZERO + 1) == ""


def test_without_bounds_or_before_the_timeline_it_never_ends() -> None:
    for safety in (Safety(), Safety(ERRORS)):
        for second in range(20):
            safety.take(_row(second))
        assert safety.why(ZERO + 30) == ""


def test_the_first_fault_is_where_the_first_phase_with_rules_begins() -> None:
    strike = {"fault": "server_error", "on": "openai.chat"}
    timeline = [
        {"phase": "calm", "lasts": "60s", "impact": "operational"},
        {"phase": "down", "lasts": "60s", "impact": "major_outage", "rules": [strike]},
    ]
    scenario = Scenario.model_validate({"brownout": 1, "name": "two", "title": "Two", "timeline": timeline})

    assert watching(Profile.model_validate(PROFILE), scenario, 20.0).first_fault == 3.0
