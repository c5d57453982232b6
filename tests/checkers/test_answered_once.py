"""answered_once: a message that reached the application is answered once, however it was delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.journals import Handwritten, rule

from brownout.judging.judge import verdicts
from brownout.verdict import Status, Verdict


def _message(drill: Handwritten, t: float, mark: str, outcome: str = "ok", **delivery: Any) -> None:
    drill.says(t, mark, outcome, duration=10.0 if outcome == "hung" else 0.5)
    drill.webhook(t, mark, **delivery)


def _check(drill: Handwritten, **settings: Any) -> Verdict:
    return drill.check("answered_once", **settings)


def test_holds_when_each_message_has_one_answer_though_some_came_twice(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a")
    _message(drill, 12, "bo-b", fault="webhook_duplicated", events=2, status=200)
    drill.chat(13, ["bo-a", "bo-b"])

    verdict = _check(drill)

    assert (verdict.status, verdict.samples) == (Status.HELD, 2)
    assert verdict.measured == "0 of 2 messages answered more than once, 0 never; 1 message came more than once"
    assert "Of 2 messages that the application took, none got a second answer" in verdict.finding


def test_a_second_answer_breaks_it_and_says_how_the_message_came(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a", fault="webhook_duplicated", events=2, status=200)
    drill.chat(13, ["bo-a"], repeated=["bo-a"])

    verdict = _check(drill)
    (evidence,) = verdict.evidence

    assert verdict.status is Status.BROKEN
    assert verdict.finding.startswith("1 message got more than one answer.")
    assert "more than one answer to bo-a, which was posted twice at once" in evidence.text
    assert "its 1 webhook met webhook_duplicated (rule outage.1.webhook_duplicated, written)" in evidence.text
    assert (evidence.row["kind"], evidence.row["repeated"]) == ("chat", ["bo-a"])
    assert not {"mark", "posts", "attempts", "at_once"} & set(evidence.row)
    assert "Keep the id of every message" in (verdict.next_step or "")


def test_a_message_that_was_sent_again_came_more_than_once(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a", status=500)
    drill.webhook(11.2, "bo-a")
    drill.chat(13, ["bo-a"], repeated=["bo-a"])

    verdict = _check(drill)

    assert "1 message came more than once" in verdict.measured
    assert "sent again after an attempt that was not taken" in verdict.evidence[0].text


def test_a_second_answer_to_what_came_once_is_of_the_applications_own_making(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a")
    drill.exchange(11.1, "bo-a", "late_failure")
    drill.chat(13, ["bo-a"], repeated=["bo-a"])

    verdict = _check(drill)

    assert "(1 of them though delivered once only)" in verdict.finding
    assert "which was delivered once only; its 1 call to the platform and 1 webhook met" in verdict.evidence[0].text
    assert "came once" in (verdict.next_step or "")


def test_a_message_seen_twice_in_many_looks_is_one_message(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a")
    for second in range(5):
        drill.chat(13 + second, ["bo-a"] if not second else [], repeated=["bo-a"])

    verdict = _check(drill)

    assert verdict.measured.startswith("1 of 1 message answered more than once")
    assert len(verdict.evidence) == 1


def test_a_message_that_was_taken_and_never_answered_breaks_it(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a")
    _message(drill, 12, "bo-lost", "hung")
    drill.exchange(12.1, "bo-lost", "server_error")
    drill.chat(23, ["bo-a", "bo-lost"], answered=["bo-a"])

    verdict = _check(drill)
    (evidence,) = verdict.evidence

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("0 of 2 messages answered more than once, 1 never")
    assert "1 message that the application took got none at all" in verdict.finding
    assert "no answer, though the application took it (delivered once only)" in evidence.text
    assert (evidence.row["kind"], evidence.row["canary"], evidence.row["fault"]) == (
        "journey",
        "bo-lost",
        "server_error",
    )
    assert "stored" in (verdict.next_step or "")


def test_second_answers_and_lost_messages_are_told_apart(drill: Handwritten) -> None:
    for number in range(6):
        _message(drill, 11, f"bo-2{number}")
        _message(drill, 12, f"bo-0{number}", "hung")
    twice = [f"bo-2{number}" for number in range(6)]
    drill.chat(23, [*twice, *(f"bo-0{number}" for number in range(6))], answered=twice, repeated=twice)

    verdict = _check(drill)

    assert verdict.measured.startswith("6 of 12 messages answered more than once, 6 never")
    assert [proof.row["kind"] for proof in verdict.evidence] == ["chat", "chat", "chat", "journey", "journey"]


def test_an_excuse_is_an_answer_and_so_is_one_that_came_late(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a", "error")  # the user got a message without the canary: loose
    _message(drill, 12, "bo-b", "hung")
    drill.chat(23, ["bo-a", "bo-b"], answered=["bo-b"], loose=1)

    assert _check(drill).status is Status.HELD


def test_what_never_reached_the_application_is_told_and_not_judged(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a")
    _message(drill, 12, "bo-astray", "hung", fault="webhook_lost", events=0, status=None)
    _message(drill, 12, "bo-no", "hung", status=401)
    drill.chat(23, ["bo-a", "bo-astray", "bo-no"], answered=["bo-a"])

    verdict = _check(drill)

    assert (verdict.status, verdict.samples) == (Status.HELD, 1)
    assert "1 message never reached the application: lost on the way, not by it." in verdict.finding
    assert "1 message came, and the application took no attempt; not judged." in verdict.finding


def test_a_message_that_came_too_late_for_its_user_is_not_held_against_the_application(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a")
    _message(drill, 12, "bo-late", "hung", fault="webhook_late", duration=8.0, status=200)
    drill.chat(23, ["bo-a", "bo-late"], answered=["bo-a"])

    verdict = _check(drill)

    assert (verdict.status, verdict.samples) == (Status.HELD, 1)
    assert "1 message came when half of the user's patience was over, or the channel about to" in verdict.finding


def test_a_message_that_the_end_of_the_channel_left_no_time_for_is_not_judged(drill: Handwritten) -> None:
    drill.channel(deadline=15.0)
    _message(drill, 11, "bo-a")
    _message(drill, 14, "bo-cut", "hung")
    drill.chat(25, ["bo-a", "bo-cut"], answered=["bo-a"])

    verdict = _check(drill)

    assert (verdict.status, verdict.samples) == (Status.HELD, 1)
    assert "1 message came when half of the user's patience was over, or the channel about to" in verdict.finding


def test_a_message_that_had_its_time_before_the_channel_ended_is(drill: Handwritten) -> None:
    drill.channel(deadline=20.0)
    _message(drill, 11, "bo-a", "hung")
    drill.chat(25, ["bo-a"], answered=[])

    assert _check(drill).status is Status.BROKEN


def test_nobody_counted_what_a_user_had_no_time_to_look_at(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a")
    _message(drill, 12, "bo-cut", "hung")
    drill.chat(13, ["bo-a"])

    assert _check(drill).status is Status.HELD


def test_webhooks_about_states_are_no_messages(drill: Handwritten) -> None:
    _message(drill, 11, "bo-a")
    drill.webhook(11.5, "bo-a", model="statuses.sent")
    drill.webhook(11.6, "bo-a", model="statuses.delivered", events=2)
    drill.chat(13, ["bo-a"])

    assert "0 messages came more than once" in _check(drill).measured


def test_it_says_when_nothing_came_twice_though_it_should_have(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule("outage.1.webhook_duplicated", "webhook_duplicated", on="whatsapp.webhooks")]
    _message(drill, 11, "bo-a")
    drill.chat(13, ["bo-a"])

    assert "No message came twice, although the scenario has webhook_duplicated." in _check(drill).finding


def test_without_a_chat_it_is_unknown(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 5)

    verdict = _check(drill)

    assert (verdict.status, verdict.measured) == (Status.UNKNOWN, "no chat was read")
    assert "whatsapp" in (verdict.next_step or "")


@pytest.mark.parametrize(
    ("delivery", "advice"),
    [({"events": 0, "status": None, "fault": "webhook_lost"}, "last longer"), ({"status": 401}, "verify_token")],
)
def test_without_a_message_that_was_taken_it_is_unknown(
    drill: Handwritten, delivery: dict[str, Any], advice: str
) -> None:
    _message(drill, 11, "bo-a", "hung", **delivery)
    drill.chat(23, ["bo-a"], answered=[])

    verdict = _check(drill)

    assert (verdict.status, verdict.measured) == (Status.UNKNOWN, "no message was taken")
    assert advice in (verdict.next_step or "")


def test_a_message_belongs_to_the_phase_in_which_it_was_said(drill: Handwritten) -> None:
    _message(drill, 5, "bo-early")
    _message(drill, 12, "bo-b")
    drill.chat(13, ["bo-early", "bo-b"], repeated=["bo-early"])

    assert _check(drill, during="major_outage").status is Status.HELD
    assert _check(drill, during="operational").status is Status.BROKEN
    assert _check(drill, journey="other").status is Status.UNKNOWN
    assert "not exercised" in _check(drill, during="shutdown").measured


def test_cut_short_what_broke_stays_broken_and_what_held_is_unknown(drill: Handwritten) -> None:
    drill.drill["expect"] = [{"check": "answered_once"}]
    drill.end = None
    _message(drill, 11, "bo-a")
    drill.chat(13, ["bo-a"])
    held = verdicts(drill.record())[1]
    drill.chat(14, [], repeated=["bo-a"])

    assert held.status is Status.UNKNOWN
    assert verdicts(drill.record())[1].status is Status.BROKEN


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)), st.integers(0, 5))
def test_more_damage_never_makes_it_whole(tmp_path: Path, doubled: set[int], lost: set[int], more: int) -> None:
    def judged(doubled: set[int]) -> Verdict:
        drill = Handwritten(tmp_path)
        marks = [f"bo-{number}" for number in range(6)]
        for number, mark in enumerate(marks):
            _message(drill, 11, mark, "hung" if number in lost else "ok")
        answered = [mark for number, mark in enumerate(marks) if number not in lost]
        drill.chat(23, marks, answered=answered, repeated=[marks[number] for number in sorted(doubled)])
        try:
            return drill.check("answered_once")
        finally:
            drill.close()

    before, after = judged(doubled), judged(doubled | {more})

    assert before.status is (Status.BROKEN if doubled | lost else Status.HELD)
    assert after.status is Status.BROKEN
    assert before.samples == after.samples == 6
