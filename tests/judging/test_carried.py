"""What an application carried over from earlier drills is none of this drill's damage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.journals import Handwritten

from brownout.calls import canary
from brownout.judging.judge import judge
from brownout.verdict import Status, Verdict


@pytest.fixture
def drill(tmp_path: Path) -> Handwritten:
    """A user who asked, and a call to the platform."""
    handwritten = Handwritten(tmp_path)
    handwritten.exchange(1, "bo-a")
    handwritten.ask(1, "ok", "bo-a", acknowledged=True)
    return handwritten


def _verdict(drill: Handwritten, check: str) -> Verdict:
    drill.drill["expect"] = [{"check": check}]
    return next(verdict for verdict in judge(drill.write()).verdicts if verdict.check == check)


CARRIED = "The application carries earlier drills into this one"


def test_messages_from_before_the_first_word_are_said_and_explain_what_is_there_twice(drill: Handwritten) -> None:
    drill.before(0.5, 24)
    drill.history(3, duplicated=["bo-a"])

    verdict = _verdict(drill, "history_kept")

    assert verdict.status is Status.UNKNOWN
    assert verdict.finding.startswith(f"{CARRIED}: a user who had said nothing yet was shown 24 messages.")
    assert "{scratch}" in (verdict.next_step or "")
    assert any(note.startswith(CARRIED) for note in judge(drill.write()).notes)


def test_what_is_missing_is_not_explained_by_what_is_too_much(drill: Handwritten) -> None:
    drill.before(0.5, 24)
    drill.history(3, missing=["bo-a"])

    assert _verdict(drill, "history_kept").status is Status.BROKEN


def test_words_of_another_user_of_this_drill_stay_a_defect(drill: Handwritten) -> None:
    drill.before(0.5, 24)
    drill.ask(2, "ok", "bo-b", user=2)
    drill.history(3, foreign=["bo-b"])

    assert _verdict(drill, "history_kept").status is Status.BROKEN


@pytest.mark.parametrize("later", [True, False])
def test_words_that_nobody_had_said_by_then_are_of_an_earlier_drill(drill: Handwritten, later: bool) -> None:
    drill.history(3, foreign=["bo-b"])
    if later:  # the same seed: the same user will say the same words
        drill.ask(9, "ok", "bo-b")

    verdict = _verdict(drill, "history_kept")

    assert verdict.status is Status.UNKNOWN
    assert f"{CARRIED}: users were shown 1 message that nobody in this drill had said by then." in verdict.finding


def test_words_that_were_said_while_the_answer_came_are_another_users(drill: Handwritten) -> None:
    drill.ask(2, "ok", "bo-long", duration=5.0, foreign=["bo-b"])
    drill.ask(3, "ok", "bo-b", user=2)

    assert _verdict(drill, "context_kept").status is Status.BROKEN


def test_a_stranger_whom_a_fault_made_up_is_no_earlier_drill(drill: Handwritten) -> None:
    drill.history(3, foreign=[canary.stranger("x")])

    assert _verdict(drill, "history_kept").status is Status.BROKEN


def test_a_drill_that_was_cut_short_may_lack_the_step_that_said_it(drill: Handwritten) -> None:
    drill.end = None
    drill.history(3, foreign=["bo-b"])

    assert _verdict(drill, "history_kept").status is Status.BROKEN


@pytest.mark.parametrize(
    ("check", "row"),
    [
        ("no_duplicate_effects", {"effects": {"duplicated": ["bo-a"]}}),
        ("export_complete", {"export": {"reordered": ["bo-a"]}}),
        ("whole_answers", {"history": {"half": ["bo-a"]}}),
        ("no_leaks", {"history": {"errors": ["bo-a"]}}),
    ],
)
def test_every_look_at_a_store_is_excused(drill: Handwritten, check: str, row: dict[str, dict[str, Any]]) -> None:
    ((method, fields),) = row.items()
    getattr(drill, method)(3, **fields)
    assert _verdict(drill, check).status is Status.BROKEN

    drill.before(0.5, 1, what="effects")
    assert _verdict(drill, check).status is Status.UNKNOWN


def test_what_was_shown_in_this_drill_is_not(drill: Handwritten) -> None:
    drill.before(0.5, 24)
    drill.ask(2, "half", "bo-b")

    assert _verdict(drill, "whole_answers").status is Status.BROKEN


def test_what_somebody_said_meanwhile_is_no_earlier_drill(drill: Handwritten) -> None:
    drill.before(1.5, 1)
    drill.history(3, duplicated=["bo-a"])

    assert _verdict(drill, "history_kept").status is Status.BROKEN
