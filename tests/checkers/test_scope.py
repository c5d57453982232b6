"""Which phases an expectation is about, and who was there: names, edges between phases, and survivors."""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import Handwritten, rule

from brownout.events import End
from brownout.scenario import IMPACTS
from brownout.verdict import Status


def _struck_across(drill: Handwritten, questions: int, begun: float = 9.8, met: float = 10.2) -> None:
    """Questions begun in the healthy phase whose call met a fault of the outage, and failed."""
    for number in range(questions):
        drill.ask(begun, "error", f"bo-edge{number}", user=100 + number, duration=1.0)
        drill.exchange(met, f"bo-edge{number}", "server_error", phase="outage")


def test_a_phase_may_be_meant_by_its_name(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 12)
    drill.asks(31, ["error"] * 12)

    assert drill.check("success", at_least="90%", during="healthy").status is Status.HELD
    assert drill.check("success", at_least="90%", during="after").status is Status.BROKEN
    assert drill.check("success", at_least="90%", during=["after", "operational"]).samples == 24


def test_a_word_for_an_impact_means_the_impact_whatever_phases_are_called(drill: Handwritten) -> None:
    drill.drill["phases"] = [{**phase, "name": IMPACTS[number]} for number, phase in enumerate(drill.drill["phases"])]
    drill.asks(21, ["ok"] * 12)  # in the phase that is called partial_outage, and is recovering

    assert drill.check("success", at_least="90%", during="recovering").samples == 12
    assert drill.check("success", at_least="90%", during="partial_outage").status is Status.SKIPPED


def test_a_name_that_no_phase_has_is_skipped_with_the_nearest(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 12)

    verdict = drill.check("success", at_least="90%", during="helthy")

    assert verdict.status is Status.SKIPPED
    assert verdict.measured == "not exercised: this scenario has no helthy phase (it has healthy)"


def test_a_question_that_met_a_fault_of_another_phase_counts_in_neither(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 20)
    _struck_across(drill, 3)
    drill.asks(11, ["ok"] * 20)

    healthy = drill.check("success", at_least="99%", during="operational")
    outage = drill.check("success", at_least="99%", during="major_outage")

    assert (healthy.status, healthy.samples) == (Status.HELD, 20)
    assert (outage.status, outage.samples) == (Status.HELD, 20)
    for verdict in (healthy, outage):
        assert verdict.finding.endswith(
            " Left out: 3 questions that began in one phase and met a fault of another; they count in neither."
        )


def test_where_both_phases_are_meant_the_question_counts(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 20)
    _struck_across(drill, 3)

    both = drill.check("success", at_least="99%", during=["operational", "major_outage"])
    whole = drill.check("success", at_least="99%")

    assert (both.status, both.samples) == (whole.status, whole.samples) == (Status.BROKEN, 23)
    assert "Left out" not in both.finding


def test_an_edge_of_one_journey_is_none_of_another(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 20, journey="shop")
    _struck_across(drill, 1)

    assert "Left out" not in drill.check("success", at_least="99%", during="operational", journey="shop").finding


EDGES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("no_hang", {"within": "5s"}, {"outcome": "hung", "duration": 15.0}),
    ("latency", {"p50": "5s"}, {"outcome": "error", "duration": 15.0}),
    ("no_leaks", {}, {"outcome": "error", "leaks": ["traceback"]}),
    ("whole_answers", {}, {"outcome": "half"}),
    ("context_kept", {}, {"outcome": "ok", "forgotten": ["bo-x"], "earlier": 1}),
]


@pytest.mark.parametrize(("check", "settings", "row"), EDGES, ids=[check for check, _, _ in EDGES])
def test_no_check_of_steps_counts_what_met_a_fault_of_another_phase(
    drill: Handwritten, check: str, settings: dict[str, Any], row: dict[str, Any]
) -> None:
    drill.asks(1, ["ok"] * 20, earlier=1)
    for number in range(30):
        drill.ask(9.5, canary=f"bo-{number}", user=50 + number, **row)
        drill.exchange(10.1, f"bo-{number}", "server_error", phase="outage")

    assert drill.check(check, during="operational", **settings).status is Status.HELD
    assert drill.check(check, **settings).status is Status.BROKEN


def test_calls_of_a_question_at_the_edge_are_no_amplification_of_either_phase(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    for number in range(10):
        drill.ask(9.5, "error", f"bo-{number}", user=number)
        for call in range(9):
            drill.exchange(9.6 + call / 10, f"bo-{number}", "server_error", phase="outage")

    assert drill.check("retry_amplification", at_most=3).status is Status.BROKEN
    for during in ("operational", "major_outage"):
        assert drill.check("retry_amplification", at_most=3, during=during).samples == 0


def _sleepers(drill: Handwritten, asleep: int, awake: int) -> None:
    """A phase of six seconds, of which some see nothing: what they asked before hangs for twelve."""
    drill.drill["phases"][1]["end"] = 16
    drill.drill["phases"][2]["start"] = 16
    for user in range(asleep):
        drill.ask(9.0, "hung", f"bo-s{user}", user=user, duration=12.0)
    for user in range(asleep, asleep + awake):
        for turn in range(4):
            drill.ask(10.5 + turn, "ok", f"bo-a{user}.{turn}", user=user)


@pytest.mark.parametrize(
    ("check", "settings"),
    [("success", {"at_least": "90%"}), ("latency", {"p95": "5s"}), ("no_hang", {"within": "5s"}), ("no_leaks", {})],
)
def test_a_phase_that_most_users_slept_through_is_not_held_by_the_others(
    drill: Handwritten, check: str, settings: dict[str, Any]
) -> None:
    _sleepers(drill, asleep=7, awake=3)

    verdict = drill.check(check, during="major_outage", **settings)

    assert verdict.status is Status.UNKNOWN
    assert "Only 3 users took a step in outage; 7 more were still waiting for an answer of before" in verdict.finding
    assert verdict.longer > 1


def test_a_few_who_slept_leave_the_others_verdict(drill: Handwritten) -> None:
    _sleepers(drill, asleep=3, awake=7)

    assert drill.check("success", at_least="90%", during="major_outage").status is Status.HELD


def test_who_sleeps_through_one_of_two_phases_has_entered_them(drill: Handwritten) -> None:
    _sleepers(drill, asleep=7, awake=3)
    for user in range(7):
        drill.ask(21.0, user=user)

    assert drill.check("success", at_least="90%", during=["outage", "tail"]).status is Status.HELD


def test_who_thinks_while_a_phase_passes_does_not_sleep(drill: Handwritten) -> None:
    drill.asks(9.9, ["ok"] * 40, every=0.001)
    drill.asks(11, ["ok"] * 10)

    assert drill.check("success", at_least="90%", during="outage").status is Status.HELD


def test_an_outage_that_struck_nothing_that_is_called_is_skipped(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule(on="openai.images")]
    drill.asks(11, ["ok"] * 107, every=0.01)
    drill.exchange(11, "bo-a", phase="outage")

    verdict = drill.check("success", at_least="90%", during="major_outage")

    assert verdict.status is Status.SKIPPED
    assert verdict.measured == "not exercised: no fault struck what the application calls in outage"
    assert drill.check("no_hang", within="5s", during="major_outage").status is Status.SKIPPED
    assert drill.check("no_hang", within="5s").status is Status.HELD


def test_what_breaks_without_a_fault_is_broken_all_the_same(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule(on="openai.images")]
    drill.asks(11, ["error"] * 20)

    assert drill.check("success", at_least="90%", during="major_outage").status is Status.BROKEN


@pytest.mark.parametrize("during", ["recovering", "operational"])
def test_phases_that_need_no_fault_are_exercised_without_one(drill: Handwritten, during: str) -> None:
    drill.drill["rules"] = [rule(phase="tail")]
    drill.asks(21 if during == "recovering" else 1, ["ok"] * 20)

    assert drill.check("success", at_least="90%", during=during).status is Status.HELD


def test_a_phase_that_never_began_is_unknown_and_says_so(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 20)
    drill.end, drill.ended = End("interrupted", "Ctrl-C"), 12.0

    verdict = drill.check("success", at_least="90%", during="recovering")

    assert (verdict.status, verdict.measured) == (Status.UNKNOWN, "tail never began")
    assert drill.check("success", at_least="90%", during=["recovering", "operational"]).status is Status.HELD


def test_a_question_sent_again_into_another_phase_is_at_the_edge_and_counts_once(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 10)
    drill.ask(9, "hung", "bo-edge", user=20, asks=False, again=True, duration=2.0)
    drill.ask(9, "error", "bo-edge", user=20, attempt=1, sent=3.0, duration=3.5)
    drill.exchange(12.1, "bo-edge", "server_error", phase="outage")

    verdict = drill.check("success", at_least="100%", during="operational")

    assert (verdict.status, verdict.samples) == (Status.HELD, 10)
    assert "Left out: 1 question that began in one phase" in verdict.finding
    assert drill.check("success", at_least="100%").samples == 11
