"""context_kept: what an answer still knows of its conversation."""

from __future__ import annotations

from support.journals import Handwritten

from brownout.calls import canary
from brownout.verdict import Status


def test_holds_when_every_later_answer_knows_what_was_said(drill: Handwritten) -> None:
    drill.ask(11, canary="bo-a")
    drill.ask(12, canary="bo-b", turn=1, earlier=1)

    verdict = drill.check("context_kept")

    assert verdict.status is Status.HELD
    assert (verdict.samples, verdict.measured) == (1, "0 of 1 later answer forgot, 0 named a stranger")


def test_one_answer_that_forgot_breaks_it_and_is_tied_to_its_fault(drill: Handwritten) -> None:
    drill.ask(11, canary="bo-a")
    drill.ask(12, canary="bo-b", turn=1, earlier=1, forgotten=["bo-a"])
    drill.ask(13, canary="bo-c", turn=2, earlier=2)
    drill.exchange(12, "bo-b", "context_damaged")

    verdict = drill.check("context_kept")

    assert verdict.status is Status.BROKEN
    assert "1 of 2 later answers did not know what had been said before" in verdict.finding
    assert [row.row["canary"] for row in verdict.evidence] == ["bo-b"]
    assert "met context_damaged" in verdict.evidence[0].text
    assert verdict.next_step


def test_another_users_words_break_it_even_in_a_first_answer(drill: Handwritten) -> None:
    drill.ask(11, canary="bo-a", foreign=["bo-x"])

    verdict = drill.check("context_kept")

    assert verdict.status is Status.BROKEN
    assert "1 answer knew what another user had said." in verdict.finding
    assert "security" in (verdict.next_step or "")


def test_a_stranger_of_a_fault_is_told_from_a_real_user(drill: Handwritten) -> None:
    drill.ask(11, canary="bo-a", foreign=[canary.stranger("one")])

    assert "(1 message made up by a fault)" in drill.check("context_kept").finding


def test_only_so_many_turns_back_are_asked_for(drill: Handwritten) -> None:
    for turn in range(4):
        drill.ask(11 + turn, canary=f"bo-{turn}", turn=turn, earlier=turn)
    drill.ask(16, canary="bo-4", turn=4, earlier=4, forgotten=["bo-0", "bo-1"])

    assert drill.check("context_kept", turns=2).status is Status.HELD
    assert drill.check("context_kept", turns=3).status is Status.BROKEN


def test_a_conversation_of_one_question_says_nothing(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 5)

    verdict = drill.check("context_kept")

    assert verdict.status is Status.UNKNOWN
    assert "repeat" in (verdict.next_step or "")


def test_a_real_platform_names_nothing(drill: Handwritten) -> None:
    drill.drill["sentinel"] = False
    drill.ask(11, turn=1)

    assert "stand-in" in drill.check("context_kept").finding


def test_a_phase_that_the_scenario_has_not_is_not_exercised(drill: Handwritten) -> None:
    assert "not exercised" in drill.check("context_kept", during="shutdown").measured


def test_turns_are_counted_through_a_conversation_that_goes_on(drill: Handwritten) -> None:
    for number in range(6):
        drill.says(11 + number, f"bo-{number}", iteration=number // 2, turn=number % 2, earlier=number)
    drill.ask(17.5, asks=False, step="unasked message", iteration=3, turn=0)
    drill.says(18, "bo-6", iteration=3, turn=0, earlier=6, forgotten=["bo-1"])

    assert drill.check("context_kept", turns=4).status is Status.HELD
    assert drill.check("context_kept", turns=5).status is Status.BROKEN


def test_what_is_sent_again_is_one_turn(drill: Handwritten) -> None:
    drill.ask(11, canary="bo-a", iteration=0, turn=0)
    for attempt in range(3):
        drill.ask(12, "error", "bo-b", iteration=0, turn=1, asks=False, again=True, attempt=attempt)
    drill.ask(12, canary="bo-b", iteration=0, turn=1, attempt=3, earlier=1, forgotten=["bo-a"])

    assert drill.check("context_kept", turns=1).status is Status.BROKEN
