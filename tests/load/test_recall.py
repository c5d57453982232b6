"""What an answer still knows of its conversation."""

from __future__ import annotations

from brownout.calls import canary
from brownout.calls.canary import REMEMBERED
from brownout.load.recall import Recall, recall

MARKS = [canary.make(1, "chat", 0, 0, turn) for turn in range(60)]
STRANGER = canary.make(1, "chat", 1, 0, 0)


def remembers(*marks: str) -> str:
    return f"You said: Reference {MARKS[-1]}. I remember {' '.join(marks)} and what came with it. {canary.SENTINEL}"


def test_an_answer_that_names_all_earlier_questions_forgot_none() -> None:
    assert recall(remembers(*MARKS[:3]), MARKS[:3], MARKS) == Recall(earlier=3)


def test_what_it_does_not_name_is_forgotten_in_order() -> None:
    assert recall(remembers(MARKS[1]), MARKS[:3], MARKS).forgotten == [MARKS[0], MARKS[2]]


def test_a_first_answer_has_nothing_to_forget() -> None:
    assert recall(remembers(), [], MARKS) == Recall()


def test_what_this_user_never_said_is_foreign() -> None:
    assert recall(remembers(STRANGER), [], MARKS).foreign == [STRANGER]


def test_more_than_an_answer_lists_is_not_asked_for() -> None:
    found = recall(remembers(*MARKS[-REMEMBERED:-1]), MARKS[:-1], MARKS)

    assert (found.earlier, found.forgotten) == (REMEMBERED - 1, [])
