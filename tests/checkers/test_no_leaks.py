"""no_leaks: nothing reaches users that is none of their business."""

from __future__ import annotations

from support.journals import Handwritten

from brownout.verdict import Status


def test_holds_when_nothing_leaks(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 5)

    assert drill.check("no_leaks").status is Status.HELD


def test_names_kinds_counts_and_one_snippet(drill: Handwritten) -> None:
    drill.ask(11, "error", leaks=["traceback", "key"], detail="Traceback (most recent call last): …")
    drill.ask(12, "error", leaks=["traceback"])
    drill.ask(13, "ok")

    verdict = drill.check("no_leaks")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "3 leaks"
    assert "2 traceback, 1 key" in verdict.finding
    assert "For example: Traceback (most recent call last): …" in verdict.finding
    assert len(verdict.evidence) == 2


def test_steps_that_ask_nothing_can_leak_too(drill: Handwritten) -> None:
    drill.ask(11, "error", leaks=["provider_error"], asks=False, step="open")

    assert drill.check("no_leaks").status is Status.BROKEN


def test_an_error_stored_as_an_answer_is_a_leak(drill: Handwritten) -> None:
    drill.ask(11, "error")
    drill.history(12, user=4, errors=["bo-a"])

    verdict = drill.check("no_leaks")

    assert verdict.status is Status.BROKEN
    assert "1 error stored as an answer" in verdict.finding
    assert verdict.evidence[0].row["user"] == 4


def test_without_a_step_it_is_unknown(drill: Handwritten) -> None:
    assert drill.check("no_leaks").status is Status.UNKNOWN


def test_a_scenario_without_that_phase_does_not_exercise_it(drill: Handwritten) -> None:
    assert "not exercised" in drill.check("no_leaks", during="shutdown").measured


def test_an_error_that_is_seen_in_every_look_is_one(drill: Handwritten) -> None:
    drill.ask(11)
    for number in range(3):
        drill.history(12 + number, iteration=number, errors=["bo-a"])

    assert drill.check("no_leaks").measured == "1 leak"
