"""whole_answers: no half answer is shown, or stored, as a whole one."""

from __future__ import annotations

from support.journals import Handwritten

from brownout.verdict import Status


def test_holds_when_what_ends_well_is_whole(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 5 + ["cut"] * 5 + ["error"] * 5)

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.HELD
    assert verdict.samples == 5


def test_one_half_answer_shown_as_whole_breaks_it(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 5)
    drill.ask(12, "half", "bo-half")
    drill.exchange(12, "bo-half", "stream_cut")

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "1 shown, 0 stored as whole, of 6 answers"
    assert "met stream_cut" in verdict.evidence[0].text


def test_a_half_answer_stored_as_whole_breaks_it_too(drill: Handwritten) -> None:
    drill.ask(12, "cut", "bo-half")
    drill.history(13, half=["bo-half"])
    drill.exchange(12, "bo-half", "stream_cut")

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.BROKEN
    assert "1 is stored that way" in verdict.finding
    assert "stored as whole; its 1 call to the platform met stream_cut" in verdict.evidence[0].text


def test_no_answer_at_all_is_unknown(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 20)

    assert drill.check("whole_answers").status is Status.UNKNOWN


def test_a_scenario_without_that_phase_does_not_exercise_it(drill: Handwritten) -> None:
    assert "not exercised" in drill.check("whole_answers", during="shutdown").measured


def test_where_answers_carry_no_mark_nothing_is_shown_to_hold(drill: Handwritten) -> None:
    drill.drill["sentinel"] = False
    drill.asks(11, ["ok"] * 5)

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.UNKNOWN
    assert "could not be told from whole ones" in verdict.finding


def test_half_an_answer_that_is_seen_in_every_look_is_one(drill: Handwritten) -> None:
    for number in range(3):
        drill.history(12 + number, iteration=number, half=["bo-a"])

    assert "0 shown, 1 stored" in drill.check("whole_answers").measured
