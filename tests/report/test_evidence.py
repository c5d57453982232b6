from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from brownout.report.evidence import line, witness
from brownout.result import Result
from brownout.verdict import Evidence


def of_check(result: Result, check: str) -> Evidence:
    return next(verdict for verdict in result.verdicts if verdict.check == check and verdict.evidence).evidence[0]


def test_a_journey_row_says_when_what_the_user_saw_and_what_was_injected(outage: Result) -> None:
    seen = witness(of_check(outage, "success"), outage)

    assert (seen.when, seen.phase, seen.canary) == ("12.4s", "unannounced", "bo-q7m2xk4tz6ab")
    assert seen.saw == "an error, HTTP 500, after 310ms"
    assert seen.injected == "server error by unannounced.1.server_error, delivered (written)"
    assert '"outcome": "error"' in seen.row


def test_a_history_row_says_what_is_wrong_with_it(outage: Result) -> None:
    seen = witness(of_check(outage, "history_kept"), outage)

    assert seen.phase == "mitigating"
    assert seen.saw == "history: 1 missing; 5 messages were acknowledged"
    assert seen.injected == ""


def test_of_an_exchange_the_application_was_the_witness(outage: Result) -> None:
    seen = witness(of_check(outage, "retry_amplification"), outage)

    assert seen.saw == "the application got HTTP 503, ended complete, after 12ms"


def test_without_a_zero_the_phase_and_its_incident_seconds_tell_when(outage: Result) -> None:
    seen = witness(of_check(outage, "retry_amplification"), replace(outage, zero=None))

    assert seen.when == "23.3s"  # the phase begins at 15 s, and 996 incident seconds at 120× are 8.3


@pytest.mark.parametrize(
    ("row", "saw"),
    [
        ({"outcome": "ok", "step": "ask", "leaks": ["traceback"]}, "a whole answer, leaked: traceback"),
        ({"outcome": "error", "step": "ask", "detail": "oops"}, "an error (oops)"),
        ({"outcome": "new_kind", "step": "ask"}, "new kind"),
        ({"readable": False, "status": 500}, "a history that could not be read"),
        ({"readable": True, "acknowledged": 2, "missing": []}, "history: complete; 2 messages were acknowledged"),
        ({"readable": True, "made": 3, "duplicated": ["a"]}, "1 messages with more than one effect, of 3 effects"),
        ({"readable": False, "made": 0}, "effects that could not be read"),
        ({"kind": "export", "readable": False}, "an export that could not be read"),
        (
            {"kind": "export", "readable": True, "acknowledged": 2, "missing": ["a"]},
            "export: 1 missing; 2 messages were acknowledged",
        ),
        ({"service": "openai.chat", "status": 503, "made": []}, "the application got HTTP 503"),
        ({"said": ["a"], "answered": ["a"]}, "chat: 1 of 1 message answered"),
        (
            {"said": ["a", "b"], "answered": ["a"], "repeated": ["a"], "loose": 1, "turned_away": 2},
            "chat: 1 of 2 messages answered, 1 answered more than once, 1 message that answered none, "
            "2 notices of the channel",
        ),
        (
            {"outcome": "ok", "step": "web", "instead_of": "ask", "forgotten": ["a"]},
            "a whole answer, 1 earlier question forgotten, asked instead of ask",
        ),
        ({"kind": "process", "name": "proxy-0"}, ""),
        ({}, ""),
    ],
)
def test_rows_of_any_kind_are_told_without_guessing(outage: Result, row: dict[str, Any], saw: str) -> None:
    seen = witness(Evidence("text", row), outage)

    assert seen.saw == saw
    assert (seen.when, seen.phase, seen.injected) == ("", "", "")


def test_a_fault_that_was_not_delivered_says_so(outage: Result) -> None:
    row = {"rule": "r", "fault": "hang", "delivered": False, "how": "client_gone"}

    assert witness(Evidence("t", row), outage).injected == "hang by r, not delivered (client gone)"


def test_a_line_holds_it_all(outage: Result) -> None:
    assert line(of_check(outage, "no_hang"), outage) == (
        "[17s · announced · bo-c6w3jr5kpz2u] No byte in 15 s, then the user left "
        "(saw: nothing until patience ended, after 15s; injected: hang by announced.2.hang, delivered (client left))"
    )
    assert line(Evidence("alone"), outage) == "alone"
