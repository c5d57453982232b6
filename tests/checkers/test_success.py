"""success: the share of questions that were answered whole."""

from __future__ import annotations

import pytest
from support.journals import Handwritten

from brownout.verdict import Status


def test_holds_at_exactly_the_share_asked_for(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 9 + ["error"])

    verdict = drill.check("success", at_least="90%")

    assert verdict.status is Status.HELD
    assert verdict.measured.startswith("90% (9 of 10); ")
    assert verdict.samples == 10


def test_breaks_below_it_and_says_how_users_fared(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 8)
    for number, outcome in enumerate(["error", "hung", "error"]):
        drill.ask(12, outcome, f"bo-{number}", user=number)
        drill.exchange(12, f"bo-{number}", "server_error" if number else "hang")

    verdict = drill.check("success", at_least="90%")

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("72.7% (8 of 11); ")
    assert verdict.finding == (
        "3 of 11 questions got no whole answer: 2 error, 1 hung. Their calls had met 2 server_error, 1 hang."
    )
    assert verdict.next_step is not None
    assert "fall back" in verdict.next_step


def test_evidence_shows_every_kind_of_failure_before_repeating_one(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 20 + ["hung", "cut", "refused"])

    verdict = drill.check("success", at_least="90%")

    assert len(verdict.evidence) == 5
    assert {evidence.row["outcome"] for evidence in verdict.evidence[:4]} == {"error", "hung", "cut", "refused"}
    assert {evidence.row["kind"] for evidence in verdict.evidence} == {"journey"}


def test_evidence_names_the_fault_that_struck_this_very_question(drill: Handwritten) -> None:
    drill.asks(0, ["ok"] * 9)
    drill.ask(12, "error", "bo-mine", duration=2.0)
    drill.exchange(12.1, "bo-mine", "server_error")
    drill.exchange(12.9, "bo-mine", "server_error")
    drill.exchange(12.1, "bo-other", "hang")

    (evidence,) = drill.check("success", at_least="100%").evidence

    assert "its 2 calls to the platform met server_error 2 times (rule outage.1.server_error, written)" in evidence.text
    assert "an error after 2s" in evidence.text
    assert evidence.row["fault"] == "server_error"
    assert "hang" not in evidence.text


@pytest.mark.parametrize(
    ("reached", "words"), [(True, "its 1 call to the platform met no fault"), (False, "no call of it reached")]
)
def test_evidence_says_when_no_fault_explains_it(drill: Handwritten, reached: bool, words: str) -> None:
    drill.asks(0, ["ok"] * 9)
    drill.ask(12, "error", "bo-mine")
    if reached:
        drill.exchange(12.1, "bo-mine")

    (evidence,) = drill.check("success", at_least="100%").evidence

    assert words in evidence.text


def test_a_share_of_too_few_is_unknown_however_bad(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 9)

    verdict = drill.check("success", at_least="90%")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "9 questions of the 10 needed"
    assert drill.check("success", at_least="90%", min_samples=9).status is Status.BROKEN


def test_nobody_asking_is_unknown(drill: Handwritten) -> None:
    assert drill.check("success", at_least="90%").status is Status.UNKNOWN


def test_counts_only_its_own_phases_journey_and_steps_that_ask(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 10)
    drill.asks(11, ["error"] * 10)
    drill.asks(11, ["error"] * 10, journey="checkout")
    drill.asks(1, ["error"] * 10, asks=False, step="login")
    drill.asks(-5, ["error"] * 10)

    assert drill.check("success", at_least="100%", during="operational", journey="chat").status is Status.HELD
    assert drill.check("success", at_least="100%", during="major_outage").samples == 20
    assert drill.check("success", at_least="100%").samples == 30


def test_a_question_belongs_to_the_phase_it_was_asked_in(drill: Handwritten) -> None:
    drill.asks(9.0, ["hung"] * 10, every=0.01, duration=30.0)

    assert drill.check("success", at_least="90%", during="operational").samples == 10
    assert drill.check("success", at_least="90%", during="major_outage").samples == 0


def test_a_scenario_without_that_phase_does_not_exercise_it(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 20)

    verdict = drill.check("success", at_least="90%", during="shutdown")

    assert verdict.status is Status.SKIPPED
    assert verdict.samples == 0
    assert verdict.measured == "not exercised: this scenario has no shutdown phase"


def test_a_missed_share_is_never_rounded_into_a_met_one(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 1999 + ["error"], every=0.001)

    verdict = drill.check("success", at_least="100%")

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("99.9% (1,999 of 2,000); ")


def _asked_again(drill: Handwritten, user: int, first: str, then: str) -> None:
    drill.says(12, f"bo-{user}", first, user=user, iteration=0)
    drill.ask(13, then, f"bo-w{user}", user=user, iteration=0, turn=1, step="web", instead_of="ask")


def test_a_question_that_was_answered_in_another_channel_is_answered(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 8, turn=0)
    _asked_again(drill, 20, "hung", "ok")
    _asked_again(drill, 21, "turned_away", "error")

    verdict = drill.check("success", at_least="100%")

    assert verdict.measured.startswith("90% (9 of 10); ")
    assert "1 of 10 questions got no whole answer: 1 error." in verdict.finding
    assert "1 answer came only after the user had asked in another channel." in verdict.finding
    assert [row.row["step"] for row in verdict.evidence] == ["web"]


def test_only_the_latest_turn_is_asked_again(drill: Handwritten) -> None:
    drill.says(11, "bo-a", "hung", iteration=0, turn=0)
    drill.says(12, "bo-b", "hung", iteration=0, turn=1)
    drill.ask(13, canary="bo-c", iteration=0, turn=2, step="web", instead_of="ask")
    drill.says(14, "bo-d", "hung", iteration=1, turn=0)

    assert drill.check("success", at_least="90%", min_samples=3).measured.startswith("33.3% (1 of 3); ")


def test_a_third_channel_stands_for_both_before_it(drill: Handwritten) -> None:
    drill.says(11, "bo-a", "hung", iteration=0, turn=0)
    drill.ask(12, "error", "bo-b", iteration=0, turn=1, step="web", instead_of="ask")
    drill.ask(13, "ok", "bo-c", iteration=0, turn=2, step="desk", instead_of="web")

    assert drill.check("success", at_least="100%", min_samples=1).measured.startswith("100% (1 of 1); ")


def test_a_few_failures_of_few_questions_are_no_proof(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 17 + ["error"] * 3)

    verdict = drill.check("success", at_least="90%", confidence="95%", margin="10%")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "85% (17 of 20); 61.6% to 95.3% with 95% confidence"
    assert "3 of 20 questions got no whole answer: 3 error." in verdict.finding
    assert "leave 61.6% to 95.3%" in verdict.finding
    assert verdict.next_step is not None
    assert verdict.next_step.startswith("About 1")
    assert "more would settle it" in verdict.next_step
    assert verdict.longer > 1


def test_whole_answers_of_few_users_do_not_hold_what_they_cannot_show(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 10)

    assert drill.check("success", at_least="99%", confidence="95%", margin="10%").status is Status.UNKNOWN
    assert drill.check("success", at_least="75%", confidence="95%", margin="10%").status is Status.HELD


def test_the_questions_of_one_user_are_not_as_many_users(drill: Handwritten) -> None:
    for user in range(10):
        for turn in range(10):
            drill.ask(11 + turn / 2, "error" if user < 2 else "ok", user=user, turn=turn)

    verdict = drill.check("success", at_least="90%", confidence="95%", margin="10%")

    assert verdict.status is Status.UNKNOWN  # as 80 of 100 independent ones would not be


def test_how_sure_a_verdict_is_stands_beside_its_figure(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 50 + ["error"] * 50, every=0.05)

    verdict = drill.check("success", at_least="90%", confidence="99%")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "50% (50 of 100); 37.2% to 62.8% with 99% confidence"


def test_a_question_that_was_sent_again_is_one_and_its_last_sending_decides(drill: Handwritten) -> None:
    for number in range(10):
        drill.ask(11, "error", f"bo-{number}", user=number, asks=False, again=True)
        drill.ask(11, "ok", f"bo-{number}", user=number, attempt=1, sent=1.0, duration=1.5)

    verdict = drill.check("success", at_least="100%")

    assert (verdict.status, verdict.samples) == (Status.HELD, 10)
    assert "10 answers came only after the user had sent the question again." in verdict.finding
    assert drill.check("latency", p50="1s").status is Status.BROKEN


def test_the_advice_for_who_was_refused_names_what_to_fall_back_on(drill: Handwritten) -> None:
    for number in range(20):
        drill.ask(12, "refused", f"bo-{number}", user=number)
        drill.exchange(12, f"bo-{number}", "server_error")

    verdict = drill.check("success", at_least="90%")

    assert verdict.status is Status.BROKEN
    assert "fall back to another model or provider" in (verdict.next_step or "")
