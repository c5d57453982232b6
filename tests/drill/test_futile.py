"""When a drill gives up on its profile."""

from __future__ import annotations

from typing import Any

import pytest
from support.drills import PROFILE

from brownout.drill.futile import ENOUGH, Futile, watching
from brownout.mistakes import NOT_FILLED, NOT_READ, NOWHERE
from brownout.profile import Profile

NOT_THERE: dict[str, Any] = {"outcome": "error", "status": 404, "detail": "HTTP 404: Not Found"}
MISREAD: dict[str, Any] = {"outcome": "empty", "status": 200, "detail": f"{NOWHERE}: anwser"}


def _row(**more: Any) -> dict[str, Any]:
    return {"kind": "journey", "journey": "ask", "asks": True} | more


def _after(*rows: dict[str, Any], asking: tuple[str, ...] = ("ask",)) -> str:
    futile = Futile(frozenset(asking))
    for row in rows:
        futile.take(row)
    return futile.why


UNFILLED: dict[str, Any] = {"outcome": "error", "asks": False, "detail": f"{NOT_FILLED}: division by zero"}


UNREAD: dict[str, Any] = {**UNFILLED, "detail": f"{NOT_READ}: the regular expression '(a+)+$' took more than 0.5 s"}


@pytest.mark.parametrize("mistake", [NOT_THERE, MISREAD, UNFILLED, UNREAD])
def test_ten_questions_that_the_profile_gets_wrong_are_enough(mistake: dict[str, Any]) -> None:
    assert _after(*[_row(**mistake)] * (ENOUGH - 1)) == ""
    assert _after(*[_row(**mistake)] * ENOUGH) == (
        "not one of 10 questions was answered on a healthy platform, and the profile looks like the reason"
    )


@pytest.mark.parametrize(
    "hope",
    [
        _row(outcome="ok", status=200),
        {"kind": "phase", "impact": "major_outage"},
        {"kind": "exchange", "via": "base_url", "injected": True},
    ],
)
def test_an_answer_or_a_fault_or_the_outage_ends_the_watch(hope: dict[str, Any]) -> None:
    assert _after(hope, *[_row(**MISREAD)] * 50) == ""


def test_an_application_that_fails_by_itself_is_judged() -> None:
    assert _after(*[_row(outcome="error", status=500, detail="HTTP 500: ")] * 50) == ""


def test_one_that_calls_the_platform_was_asked_as_it_wants_to_be() -> None:
    called = {"kind": "exchange", "via": "base_url"}

    assert _after({**called, "canary": "bo-a"}, *[_row(**NOT_THERE)] * 50) == ""
    assert _after(called, *[_row(**NOT_THERE)] * 50) != ""  # it only listed models while it started


def test_each_journey_that_asks_must_have_been_tried() -> None:
    both = ("ask", "other")

    assert _after(*[_row(**MISREAD)] * 50, asking=both) == ""
    assert _after(*[_row(**MISREAD)] * 50, _row(**MISREAD, journey="other"), asking=both) != ""


def test_users_of_a_locust_file_are_left_alone() -> None:
    own = {name: value for name, value in PROFILE.items() if name != "journeys"}

    assert watching(Profile.model_validate({**own, "locustfile": "users.py"})).asking == frozenset()
    assert watching(Profile.model_validate(PROFILE)).asking == {"ask"}
