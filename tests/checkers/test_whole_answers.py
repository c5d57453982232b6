"""whole_answers: no half answer is shown, or stored, as a whole one."""

from __future__ import annotations

import pytest
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


def _acts(drill: Handwritten) -> None:
    """Two questions that met no fault and were acted on whole, and one whose stream was cut: all look well."""
    for number, mark in enumerate(("bo-calm1", "bo-calm2")):
        drill.ask(1 + number, "ok", mark)
        drill.exchange(1 + number, mark)
    drill.ask(11, "ok", "bo-hit")
    drill.exchange(11, "bo-hit", "stream_cut", status=200)
    drill.exchange(11.5, "bo-hit")


def test_an_effect_from_half_of_a_tool_call_breaks_it(drill: Handwritten) -> None:
    _acts(drill)
    drill.effects(2, whole=["bo-calm1", "bo-calm2"])
    drill.effects(12, half=["bo-hit"])

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == (
        "0 shown, 0 stored as whole, of 3 answers; 1 of 3 actions from half of what the model said"
    )
    assert "1 time the application acted on half of what the model said" in verdict.finding
    assert verdict.evidence[0].text == (
        "user 1 looked: 1 effect from half of the model's words; of bo-hit: its 2 calls to the platform met stream_cut "
        "(rule outage.1.stream_cut, written)"
    )
    assert verdict.next_step is not None
    assert verdict.next_step.startswith("Carry a tool call out only when the provider said that it is whole")


def test_half_a_tool_call_that_was_carried_out_is_broken(drill: Handwritten) -> None:
    _acts(drill)
    drill.tool(1.5, "bo-calm1")
    drill.tool(11.4, "bo-hit", whole=False)
    drill.tool(11.6, "bo-hit", whole=False)  # the SDK asked again

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.BROKEN
    assert "1 of 2 actions" in verdict.measured
    assert (
        "the result of delete was handed back as done, beside arguments without their end" in verdict.evidence[0].text
    )
    assert "met stream_cut" in verdict.evidence[0].text


def test_what_is_seen_in_both_ways_counts_once(drill: Handwritten) -> None:
    _acts(drill)
    drill.effects(2, whole=["bo-calm1"])
    drill.tool(1.5, "bo-calm1")
    drill.effects(12, half=["bo-hit"])
    drill.tool(11.4, "bo-hit", whole=False)

    verdict = drill.check("whole_answers")

    assert "1 of 2 actions" in verdict.measured
    assert [item.row["kind"] for item in verdict.evidence] == ["tool", "effects"]


def test_an_effect_without_a_name_counts_once_however_often_it_is_seen(drill: Handwritten) -> None:
    _acts(drill)
    drill.effects(2, whole=["bo-calm1"])
    for number in range(3):
        drill.effects(12 + number, nameless=2)

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.BROKEN
    assert "2 of 3 actions" in verdict.measured
    assert "2 effects from half of the model's words, of nobody" in verdict.evidence[0].text


def test_a_tool_that_refused_half_its_arguments_did_nothing(drill: Handwritten) -> None:
    _acts(drill)
    drill.tool(1.5, "bo-calm1")
    drill.tool(11.4, "bo-hit", whole=False, failed=True)

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.HELD
    assert "1 action came from whole words, too." in verdict.finding


def test_actions_on_whole_words_hold_though_their_question_met_a_fault(drill: Handwritten) -> None:
    _acts(drill)
    drill.effects(2, whole=["bo-calm1", "bo-calm2"])
    drill.effects(12, whole=["bo-hit"])
    drill.tool(11.6, "bo-hit")

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.HELD
    assert "0 of 3 actions" in verdict.measured


def test_an_application_that_always_shortens_what_it_keeps_is_not_accused(drill: Handwritten) -> None:
    _acts(drill)
    drill.effects(2, half=["bo-calm1"], whole=["bo-calm2"])
    drill.effects(12, half=["bo-hit"])

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.UNKNOWN
    assert "1 action of questions that met a fault may come from half of the model's words" in verdict.finding


def test_without_anything_to_compare_with_nobody_is_accused(drill: Handwritten) -> None:
    _acts(drill)
    drill.effects(12, half=["bo-hit"])

    assert drill.check("whole_answers").status is Status.UNKNOWN


def test_effects_without_a_name_from_before_the_first_fault_prove_nothing(drill: Handwritten) -> None:
    _acts(drill)
    drill.effects(2, whole=["bo-calm1"], nameless=1)
    drill.effects(12, nameless=1)

    assert drill.check("whole_answers").status is Status.HELD


def test_one_tool_says_nothing_about_another(drill: Handwritten) -> None:
    _acts(drill)
    drill.tool(1.5, "bo-calm1", whole=False, tool="search")
    drill.tool(11.4, "bo-hit", whole=False, tool="search")
    drill.tool(1.6, "bo-calm2", whole=None)
    drill.tool(11.5, "bo-hit", whole=False)

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.BROKEN
    assert "result of delete" in verdict.evidence[0].text


def test_what_was_done_is_judged_where_no_answer_ended_well(drill: Handwritten) -> None:
    drill.ask(1, "error", "bo-calm")
    drill.exchange(1, "bo-calm")
    drill.ask(11, "error", "bo-hit")
    drill.exchange(11, "bo-hit", "stream_cut")
    drill.tool(1.5, "bo-calm")
    drill.tool(11.5, "bo-hit", whole=False)

    assert drill.check("whole_answers").status is Status.BROKEN


def test_effects_that_hold_no_words_of_the_model_are_said_not_to_tell(drill: Handwritten) -> None:
    _acts(drill)
    drill.effects(12)

    verdict = drill.check("whole_answers")

    assert verdict.status is Status.HELD
    assert "no effect holds what the model said" in verdict.finding


@pytest.mark.parametrize(
    ("settings", "status"), [({"journey": "chat"}, Status.BROKEN), ({"journey": "x"}, Status.HELD)]
)
def test_what_was_done_is_judged_by_journey(drill: Handwritten, settings: dict[str, str], status: Status) -> None:
    _acts(drill)
    drill.ask(5, "ok", "bo-x", journey="x")
    drill.effects(2, whole=["bo-calm1"])
    drill.tool(1.5, "bo-calm1")
    drill.effects(12, half=["bo-hit"])
    drill.tool(11.4, "bo-hit", whole=False)

    assert drill.check("whole_answers", **settings).status is status


def test_what_was_done_is_judged_by_phase_and_compared_with_all_of_them(drill: Handwritten) -> None:
    _acts(drill)
    drill.effects(2, whole=["bo-calm1"])
    drill.effects(12, half=["bo-hit"])
    drill.tool(1.5, "bo-calm1")
    drill.tool(11.4, "bo-hit", whole=False)

    assert drill.check("whole_answers", during="major_outage").status is Status.BROKEN
    assert drill.check("whole_answers", during="operational").status is Status.HELD
