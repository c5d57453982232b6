"""profile_fits: what the profile got wrong is not the application's fault."""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import LOOSELY, Handwritten, rule

from brownout.judging.judge import judge
from brownout.mistakes import NO_VALUE, NOT_ASKED, NOT_FILLED, NOT_KEPT, NOT_READ, NOWHERE
from brownout.verdict import Status, Verdict

EXPECT: list[dict[str, Any]] = [{"check": "success", "at_least": 0.9, **LOOSELY}, {"check": "no_leaks"}]


def _all(drill: Handwritten, times: int, outcome: str, **more: Any) -> None:
    """So many questions in the healthy phase, and as many in the outage."""
    for start in (1.0, 11.0):
        drill.asks(start, [outcome] * times, 0.01, **more)


def _verdict(drill: Handwritten) -> Verdict:
    return drill.check("profile_fits")


def test_a_path_that_is_not_there_is_named_with_its_status(drill: Handwritten) -> None:
    _all(drill, 119, "error", status=404, detail="HTTP 404: Not Found")

    verdict = _verdict(drill)

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "0 of 119 questions answered on a healthy platform"
    assert "step 'ask' got HTTP 404 119 times: the application has no such path" in verdict.finding
    assert "HTTP 404: Not Found" in verdict.finding
    assert len(verdict.evidence) == 5


def test_a_misspelt_reply_is_told_with_what_came_and_the_nearest_spelling(drill: Handwritten) -> None:
    _all(drill, 48, "empty", status=200, detail=f"{NOWHERE}: anwser", paths=["answer", "usage.tokens"])

    finding = _verdict(drill).finding

    assert "step 'ask' found nothing at 'anwser' in 48 answers" in finding
    assert "did you mean 'answer'? what came has answer, usage.tokens" in finding


def test_a_misspelt_value_too(drill: Handwritten) -> None:
    _all(drill, 10, "empty", status=200, detail=f"{NO_VALUE}: data[0].ulr", paths=["data[0].url"])

    assert "did you mean 'data[0].url'?" in _verdict(drill).finding


def test_the_step_that_keeps_nothing_is_blamed_for_those_that_could_not_be_asked(drill: Handwritten) -> None:
    for user in range(8):
        about: dict[str, Any] = {
            "user": user,
            "detail": f"{NOT_KEPT}: sesion.token",
            "paths": ["session.token"],
            "step": "log in",
        }
        drill.ask(1 + user / 10, asks=False, **about)
        drill.ask(1.05 + user / 10, "error", user=user, turn=1, status=None, detail=f"{NOT_ASKED}: token is undefined")

    finding = _verdict(drill).finding

    assert "step 'log in' found nothing at 'sesion.token' in 8 answers" in finding
    assert "did you mean 'session.token'?" in finding


def test_a_log_in_that_is_refused_is_blamed_for_them_too(drill: Handwritten) -> None:
    for user in range(8):
        drill.ask(1 + user / 10, "error", user=user, status=405, asks=False, step="log in", detail="HTTP 405: ")
        drill.ask(1.05 + user / 10, "error", user=user, turn=1, status=None, detail=f"{NOT_ASKED}: token is undefined")

    assert "step 'log in' got HTTP 405 8 times: the path is there, and not for this method" in _verdict(drill).finding


def test_answers_that_never_have_their_end_are_the_profiles_or_the_applications_doing(drill: Handwritten) -> None:
    _all(drill, 12, "half", status=200)

    verdict = _verdict(drill)

    assert verdict.status is Status.UNKNOWN
    assert "got 12 answers without their end" in verdict.finding


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("error", {"status": 500, "detail": "HTTP 500: oops"}),
        ("error", {"status": 429, "detail": "HTTP 429: "}),
        ("empty", {"status": 200, "detail": "a reply without text"}),
        ("hung", {"status": None}),
    ],
)
def test_what_the_application_itself_does_badly_is_not_the_profiles(
    drill: Handwritten, outcome: str, more: dict[str, Any]
) -> None:
    _all(drill, 20, outcome, **more)

    assert _verdict(drill).samples == 0


def test_one_answer_shows_that_the_profile_is_right(drill: Handwritten) -> None:
    _all(drill, 20, "error", status=404)
    drill.ask(5, "ok")

    assert _verdict(drill).samples == 0


def test_a_refusal_after_a_call_to_the_platform_is_the_applications(drill: Handwritten) -> None:
    for number in range(10):
        drill.exchange(1 + number / 10, f"bo-{number}")
        drill.ask(1 + number / 10, "error", f"bo-{number}", status=404)

    assert _verdict(drill).samples == 0


def test_what_met_a_fault_says_nothing_of_the_profile(drill: Handwritten) -> None:
    for number in range(10):
        drill.exchange(1 + number / 10, f"bo-{number}", "empty_answer")
        drill.ask(1 + number / 10, "empty", f"bo-{number}", detail=f"{NOWHERE}: reply", paths=["error"])

    assert _verdict(drill).samples == 0


def test_without_a_healthy_phase_nothing_can_be_told(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 20, status=404)

    assert _verdict(drill).samples == 0


def test_it_leaves_nothing_to_blame_on_the_application(drill: Handwritten) -> None:
    drill.drill["rules"], drill.drill["expect"] = [rule()], EXPECT
    _all(drill, 30, "error", status=404, leaks=["error_page"], detail="HTTP 404: Not Found")

    result = judge(drill.write())

    assert {verdict.status for verdict in result.verdicts} == {Status.UNKNOWN}
    assert [verdict.next_step is None for verdict in result.verdicts] == [False, True, True, True]
    assert result.exit_code == 3
    assert result.lead.startswith("The profile does not fit the application, so nothing can be told of it.")


def test_other_journeys_are_judged_without_it(drill: Handwritten) -> None:
    drill.drill["expect"] = [{**EXPECT[0], "min_samples": 5}]
    _all(drill, 30, "error", status=404, journey="typo")
    for number in range(20):
        drill.exchange(1 + number / 10, f"bo-{number}")
        drill.ask(1 + number / 10, "ok", f"bo-{number}")

    result = judge(drill.write())

    success = next(verdict for verdict in result.verdicts if verdict.id == "success")
    assert success.status is Status.HELD
    assert success.measured.startswith("100% (20 of 20); ")
    assert result.status is Status.UNKNOWN


UNFILLED: dict[str, Any] = {"asks": False, "status": None, "detail": f"{NOT_FILLED}: '{{{{ 1/0 }}}}': division by zero"}


def test_a_template_that_fails_breaks_nothing(drill: Handwritten) -> None:
    _all(drill, 36, "error", **UNFILLED)

    verdict = _verdict(drill)

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "72 steps could not be filled in, and no request left for them"
    assert "Step 'ask' of journey chat could not be filled in, which is the profile's doing" in verdict.finding
    assert "division by zero" in verdict.finding


SLOW = "the regular expression '(a+)+$' took more than 0.5 s over 61 characters"
UNREAD: dict[str, Any] = {**UNFILLED, "detail": f"{NOT_READ}: {SLOW}"}


def test_a_search_that_takes_too_long_breaks_nothing(drill: Handwritten) -> None:
    _all(drill, 36, "error", **UNREAD)

    verdict = _verdict(drill)

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "72 steps could not be read, whatever came"
    assert f"Step 'ask' of journey chat could not be read, which is the profile's doing: {SLOW}" in verdict.finding
    assert "without a repetition inside a repetition" in (verdict.next_step or "")


@pytest.mark.parametrize("row", [UNFILLED, UNREAD])
def test_what_else_the_users_of_such_a_journey_met_proves_nothing(drill: Handwritten, row: dict[str, Any]) -> None:
    drill.asks(11.0, ["error"] * 60, 0.01)
    drill.ask(12.0, "error", user=3, **row)

    result = judge(drill.write())

    assert result.status is Status.UNKNOWN
    assert all(verdict.status is not Status.BROKEN for verdict in result.verdicts)
