"""history_kept: what users find when they look at their conversation again."""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import Handwritten

from brownout.calls import canary
from brownout.verdict import Status


def test_holds_when_every_accepted_message_is_there(drill: Handwritten) -> None:
    for user in range(3):
        drill.history(12, user=user, acknowledged=2)

    verdict = drill.check("history_kept")

    assert verdict.status is Status.HELD
    assert "All 6 accepted messages" in verdict.finding


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"missing": ["bo-a", "bo-b"]}, "2 messages missing"),
        ({"missing": ["bo-a", "bo-b"], "stale": ["bo-b"]}, "2 messages missing (1 at the end, as in an old version)"),
        ({"missing": ["bo-a"], "late": ["bo-a"]}, "1 message missing (1 there at a second look: late, not lost)"),
        ({"duplicated": ["bo-a"]}, "1 message shown more than once"),
        ({"reordered": ["bo-a"]}, "1 message out of order"),
        ({"foreign": ["bo-a"]}, "1 message of another user"),
        ({"errors": ["bo-a"]}, "1 message replaced by an error"),
        ({"readable": False, "found": 0}, "1 look could not read it at all"),
    ],
)
def test_one_damaged_conversation_breaks_it(drill: Handwritten, wrong: dict[str, Any], words: str) -> None:
    drill.history(11)
    drill.history(12, user=2, **wrong)

    verdict = drill.check("history_kept")

    assert verdict.status is Status.BROKEN
    assert words in verdict.finding
    assert verdict.measured.startswith("1 of 2 looks found damage")
    assert verdict.evidence[0].row["user"] == 2
    assert verdict.next_step


def test_evidence_ties_a_lost_message_to_its_fault(drill: Handwritten) -> None:
    drill.history(12, missing=["bo-lost"])
    drill.exchange(11, "bo-lost", "reset")

    (evidence,) = drill.check("history_kept").evidence

    assert "bo-lost: its 1 call to the platform met reset" in evidence.text


def test_evidence_names_the_user_whose_message_it_was(drill: Handwritten) -> None:
    drill.ask(11, canary="bo-theirs", user=4)
    drill.history(12, foreign=["bo-theirs"])
    drill.history(13, user=2, foreign=[(made_up := canary.stranger("x"))])

    theirs, nobodys = drill.check("history_kept").evidence

    assert "bo-theirs is of user 4 (chat)" in theirs.text
    assert f"{made_up} is of nobody: made up by a fault" in nobodys.text


def test_what_was_only_late_is_no_advice_to_store_it_better(drill: Handwritten) -> None:
    drill.history(12, missing=["bo-a"], late=["bo-a"])

    assert "just wrote" in (drill.check("history_kept").next_step or "")


def test_half_answers_are_the_business_of_whole_answers(drill: Handwritten) -> None:
    drill.history(12, half=["bo-a"])

    assert drill.check("history_kept").status is Status.HELD


def test_nobody_looking_is_unknown(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 20)

    verdict = drill.check("history_kept")

    assert verdict.status is Status.UNKNOWN
    assert verdict.next_step is not None
    assert "history section" in verdict.next_step


def test_nothing_accepted_is_nothing_kept(drill: Handwritten) -> None:
    drill.history(12, acknowledged=0, found=0)

    assert drill.check("history_kept").status is Status.UNKNOWN


def test_a_look_counts_in_the_phase_it_happens_in(drill: Handwritten) -> None:
    drill.history(12, missing=["bo-a"])
    drill.history(35)

    assert drill.check("history_kept", during="operational").status is Status.HELD
    assert drill.check("history_kept", during="major_outage").status is Status.BROKEN
    assert "not exercised" in drill.check("history_kept", during="shutdown").measured


def test_a_message_missing_in_five_looks_is_one_message(drill: Handwritten) -> None:
    for number in range(5):
        drill.ask(11 + number, canary=f"bo-{number}", acknowledged=True)
        drill.history(11.5 + number, iteration=number, acknowledged=number + 1, missing=["bo-0"], duplicated=["bo-1"])

    verdict = drill.check("history_kept")

    assert verdict.measured == "5 of 5 looks found damage, 5 accepted"
    assert verdict.finding.endswith("found it damaged: 1 message missing, 1 message shown more than once.")


def test_conversations_of_one_iteration_add_up(drill: Handwritten) -> None:
    for number in range(3):
        drill.ask(11 + number, canary=f"bo-{number}", acknowledged=True)
        drill.history(11.5 + number, iteration=number, acknowledged=1)
    drill.ask(15, canary="bo-unread", acknowledged=True)

    assert "All 3 accepted messages" in drill.check("history_kept").finding


def test_what_stays_away_was_not_only_late_and_what_others_follow_is_no_end(drill: Handwritten) -> None:
    drill.history(12, missing=["bo-a", "bo-b"], late=["bo-a", "bo-b"], stale=["bo-a", "bo-b"])
    drill.history(14, iteration=1, missing=["bo-b"])

    verdict = drill.check("history_kept")

    assert "2 messages missing (1 at the end, as in an old version; 1 there at a second look" in verdict.finding
    assert "Store the user's message" in (verdict.next_step or "")


def test_evidence_shows_another_user_before_the_same_one_again(drill: Handwritten) -> None:
    for number in range(6):
        drill.history(12 + number, iteration=number, missing=["bo-a", "bo-b"])
    drill.history(19, user=2, missing=["bo-c"])

    users = [row.row["user"] for row in drill.check("history_kept").evidence]

    assert users == [1, 2, 1, 1, 1]


def test_what_was_lost_with_its_answer_is_told_from_an_old_version(drill: Handwritten) -> None:
    for number, outcome in enumerate(("error", "ok", "cut")):
        drill.ask(11 + number, outcome, canary=f"bo-{number}", acknowledged=True)
    drill.history(15, acknowledged=3, missing=["bo-0", "bo-2"], stale=["bo-2"])

    verdict = drill.check("history_kept")

    assert verdict.finding.endswith("found it damaged: 2 messages missing (none had been answered).")
    assert "user 1 looked: 2 messages missing (none had been answered)" in verdict.evidence[0].text
    assert "Store the user's message before calling the platform" in (verdict.next_step or "")


def test_an_old_version_misses_what_had_been_answered_too(drill: Handwritten) -> None:
    for number, outcome in enumerate(("ok", "error", "ok")):
        drill.ask(11 + number, outcome, canary=f"bo-{number}", acknowledged=True)
    drill.history(15, acknowledged=3, missing=["bo-1", "bo-2"], stale=["bo-1", "bo-2"])

    verdict = drill.check("history_kept")

    assert verdict.finding.endswith("2 messages missing (2 at the end, as in an old version).")
    assert "a cache" in (verdict.next_step or "")


def test_one_that_may_be_lost_or_in_a_newer_version_is_said_to_be_either(drill: Handwritten) -> None:
    drill.ask(11, "error", canary="bo-a", acknowledged=True)
    drill.history(12, missing=["bo-a"], stale=["bo-a"])

    finding = drill.check("history_kept").finding

    assert "1 message missing (it had not been answered; 1 at the end, as in an old version)" in finding


@pytest.mark.parametrize(("damage", "advised"), [("duplicated", "idempotent"), ("reordered", "a number of its own")])
def test_what_is_double_and_what_is_out_of_order_need_different_repairs(
    drill: Handwritten, damage: str, advised: str
) -> None:
    drill.history(12, **{damage: ["bo-a"]})

    assert advised in (drill.check("history_kept").next_step or "")


def _turn(drill: Handwritten, mark: str, outcome: str, status: int | None, **more: Any) -> None:
    drill.ask(11, outcome, mark, status=status, **more)


def test_what_was_said_is_asked_for_only_where_the_profile_asks_for_it(drill: Handwritten) -> None:
    _turn(drill, "bo-a", "refused", 503)
    drill.history(12, unkept=["bo-a"])

    assert drill.check("history_kept").status is Status.HELD
    verdict = drill.check("history_kept", keeps="said")

    assert verdict.status is Status.BROKEN
    assert verdict.objective.startswith("everything that was said can be read afterwards")
    assert verdict.measured == (
        "1 of 1 look found damage, 1 accepted, 1 of 1 failed turn left no trace of what was said"
    )
    assert verdict.finding.endswith("damaged: 1 message gone whose turn had failed or been refused.")
    assert "user 1 looked: 1 message gone whose turn" in verdict.evidence[0].text
    assert "keep it where its turn fails" in (verdict.next_step or "")


def test_what_was_said_and_is_there_was_kept(drill: Handwritten) -> None:
    _turn(drill, "bo-a", "error", 502)
    drill.history(12, acknowledged=0)

    verdict = drill.check("history_kept", keeps="said")

    assert verdict.status is Status.HELD
    assert "and what was said in 1 turn that failed" in verdict.finding


@pytest.mark.parametrize(
    ("outcome", "status", "called", "judged"),
    [
        ("error", 500, False, True),
        ("refused", 429, False, True),
        ("error", 422, False, False),  # the request itself was wrong: there was nothing to keep
        ("error", 422, True, True),
        ("hung", None, False, False),  # nobody knows whether it arrived
        ("hung", None, True, True),
        ("unreachable", None, False, False),
    ],
)
def test_an_application_keeps_only_what_it_is_known_to_have_had(
    drill: Handwritten, outcome: str, status: int | None, called: bool, judged: bool
) -> None:
    _turn(drill, "bo-a", outcome, status)
    if called:
        drill.exchange(11, "bo-a", "server_error")
    drill.history(12, unkept=["bo-a"])

    assert drill.check("history_kept", keeps="said").status is (Status.BROKEN if judged else Status.HELD)


def test_what_is_there_twice_because_its_user_sent_it_again_is_said_to_be_so(drill: Handwritten) -> None:
    _turn(drill, "bo-a", "hung", None, asks=False, again=True)
    _turn(drill, "bo-a", "ok", 200, attempt=1, acknowledged=True)
    drill.history(12, duplicated=["bo-a", "bo-b"], acknowledged=2)

    verdict = drill.check("history_kept")

    assert verdict.finding.endswith("2 messages shown more than once (1 after their users had sent them again).")
    assert "Idempotency-Key" in (verdict.next_step or "")
