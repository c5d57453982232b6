"""What somebody who watches a drill sees."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console
from support.drills import PROFILE, scenario

from brownout.drill.progress import Display, Lines, Score
from brownout.drill.setting import Options, Setting, prepare
from brownout.profile import Profile
from brownout.scenario import Scenario


def _setting() -> Setting:
    return prepare(Scenario.model_validate(scenario(lasts="10s")), Profile.model_validate(PROFILE), Options())


def _asked(t: float, outcome: str) -> dict[str, Any]:
    return {"kind": "journey", "t": t, "duration": 0.5, "asks": True, "outcome": outcome}


def _phase(t: float, name: str, impact: str, index: int) -> dict[str, Any]:
    return {"kind": "phase", "t": t, "phase": name, "impact": impact, "index": index}


ROWS: list[dict[str, Any]] = [
    _phase(100.0, "healthy", "operational", 0),
    {"kind": "users", "w": "load-1", "t": 100.1, "users": 4},
    {"kind": "users", "w": "load-2", "t": 100.1, "users": 3},
    {"kind": "users", "w": "load-1", "t": 101.1, "users": 5},
    _asked(100.2, "ok"),
    _asked(101.2, "error"),
    {"kind": "journey", "t": 101.3, "duration": 0.1, "asks": False, "outcome": "ok"},
    {"kind": "exchange", "t": 101.0, "injected": True},
    {"kind": "exchange", "t": 101.0, "injected": False},
    {"kind": "process", "t": 101.8, "name": "application", "event": "exited", "detail": "exited with code 1"},
    _phase(102.0, "down", "major_outage", 1),
]


def test_the_score_counts_what_users_and_proxy_report() -> None:
    score = Score()
    for row in ROWS:
        score.take(row)

    assert (score.users, score.questions, score.injected, score.phase) == (8, 2, 1, "down")
    assert score.in_words(102.0) == "8 users · 50% answered · 2 questions · 1 fault injected"


def test_only_the_last_seconds_count_for_the_share_answered() -> None:
    score = Score()
    for row in ROWS:
        score.take(row)

    assert score.success(106.0) == 0.0  # the good answer ended at 100.7
    assert score.success(200.0) is None
    assert "the application is gone" in score.in_words(200.0)
    assert "no answers yet" in Score().in_words(200.0)


def _application(t: float, event: str) -> dict[str, Any]:
    return {"kind": "process", "t": t, "name": "application", "event": event, "detail": event}


def test_what_users_meet_while_the_application_is_gone_is_no_share_of_answers() -> None:
    score = Score()
    for row in (_asked(100.0, "ok"), _asked(100.6, "unreachable"), _application(101.0, "gone")):
        score.take(row)
    assert score.in_words(101.5) == "0 users · 100% answered · 2 questions · 0 faults injected"

    score.take(_asked(101.5, "unreachable"))
    assert "the application is gone" in score.in_words(106.0)

    for row in (_application(107.0, "back"), _asked(107.1, "ok"), _asked(107.2, "error")):
        score.take(row)
    assert "50% answered" in score.in_words(108.0)


def test_with_a_supervisor_what_users_meet_meanwhile_counts() -> None:
    score = Score()
    for row in ({"kind": "drill", "t": 99.0, "supervised": True}, _application(100.0, "exited"), _asked(100.1, "cut")):
        score.take(row)
    assert "0% answered" in score.in_words(101.0)


def test_off_a_terminal_each_phase_is_a_line() -> None:
    out = io.StringIO()
    lines = Lines(Console(file=out, width=100))
    lines.step("starting the proxy")
    lines.begins(_setting())
    for row in ROWS:
        lines.row(row)

    assert out.getvalue().splitlines() == [
        "starting the proxy",
        "short against small: 10s, 3 users",
        "   0.0s healthy (operational)",
        "   1.8s the application exited with code 1",
        "        8 users · 50% answered · 2 questions · 1 fault injected",
        "   2.0s down (major_outage)",
    ]


def test_on_a_terminal_phase_bar_and_score_are_shown() -> None:
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=True, color_system=None)
    with Display(console) as display:
        display.step("starting the proxy")
        display.begins(_setting())
        for row in ROWS:
            display.row(row)
        display.tick(4.0)
        console.print(display._render())
        display.step("stopping")
        console.print(display._render())

    shown = out.getvalue()
    assert "down major_outage" in shown
    assert "4/10s" in shown
    assert "8 users" in shown
    assert "the application exited with code 1" in shown
    assert "stopping" in shown
