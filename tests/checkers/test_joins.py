"""Where it is not sure which calls belong to which question, what rests on that is UNKNOWN, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import Handwritten

from brownout.checkers.joins import ADVICE, joins_of
from brownout.fingerprints import fingerprints
from brownout.verdict import Status

PAGE = "upstream connect error or disconnect/reset before headers. reset reason: connection failure"


def _crowd(drill: Handwritten, start: float = 11, size: int = 12, faults: int = 1, calls: int = 2) -> None:
    """Questions that are open at the same time, each known by the canary in its calls."""
    for number in range(size):
        drill.ask(start, "ok", f"at{start}-{number}", user=number, duration=5.0)
        for call in range(calls):
            drill.exchange(start + call / 10, f"at{start}-{number}", "server_error" if call < faults else None)


@pytest.mark.parametrize(("unjoined", "weak"), [(2, False), (3, True)])
def test_joins_are_weak_where_more_than_a_tenth_of_the_calls_is_nobodys(
    drill: Handwritten, unjoined: int, weak: bool
) -> None:
    _crowd(drill)
    for _ in range(unjoined):
        drill.exchange(12)

    joins = joins_of(drill.record())

    assert (joins.calls, joins.unjoined, joins.weak) == (24 + unjoined, unjoined, weak)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"t": -3}, id="before the timeline"),
        pytest.param({"t": 40}, id="while nobody waits"),
        pytest.param({"service": "openai.embeddings"}, id="of a service that no question calls"),
        pytest.param({"method": "GET", "path": "/v1/models"}, id="a look whether the platform is there"),
        pytest.param({"via": "inbound", "service": "openai.webhooks"}, id="what the platform sends"),
    ],
)
def test_calls_that_may_well_be_nobodys_do_not_count(drill: Handwritten, other: dict[str, Any]) -> None:
    _crowd(drill)
    for _ in range(30):
        drill.exchange(**{"t": 12, **other})

    assert joins_of(drill.record()).unjoined == 0
    assert drill.check("retry_amplification", at_most=2).status is Status.HELD


def test_guesses_are_as_weak_as_nothing_and_calls_before_the_timeline_do_not_make_up_for_them(
    drill: Handwritten,
) -> None:
    for number in range(40):
        drill.exchange(-3, f"early{number}")
    drill.ask(11, "ok", "bo-alone", duration=5.0)
    drill.exchange(11, "bo-alone")
    drill.exchange(12)

    joins = joins_of(drill.record())

    assert (joins.calls, joins.unjoined, joins.guessed, joins.weak) == (2, 0, 1, True)
    assert "1 of 2 calls carry no canary" in joins.words
    assert "(1 by the moment alone)" in joins.words


def test_where_no_call_says_anything_every_one_counts(drill: Handwritten) -> None:
    for number in range(9):
        drill.ask(11, "error", f"hit{number}", user=number, duration=5.0)
        drill.exchange(12, None, "server_error", service="openai.chat")

    assert joins_of(drill.record()).unjoined == 9


def test_amplification_that_calls_of_nobodys_might_be_is_unknown(drill: Handwritten) -> None:
    _crowd(drill)
    for _ in range(5):
        drill.exchange(12, None, "server_error")

    verdict = drill.check("retry_amplification", at_most=2)

    assert verdict.status is Status.UNKNOWN
    assert "5 of 29 calls carry no canary" in verdict.finding
    assert verdict.next_step == ADVICE


@pytest.mark.parametrize(("calls", "status"), [(5, Status.UNKNOWN), (16, Status.BROKEN)])
def test_a_storm_is_one_even_if_a_healthy_question_needed_all_that_is_nobodys(
    drill: Handwritten, calls: int, status: Status
) -> None:
    _crowd(drill, start=1, faults=0, calls=1)
    for _ in range(18):  # two more of each question, perhaps
        drill.exchange(2)
    _crowd(drill, faults=calls, calls=calls)

    assert drill.check("retry_amplification", at_most=3).status is status


def test_a_trace_makes_the_same_drill_sure(drill: Handwritten) -> None:
    for number in range(12):
        drill.ask(11, "ok", f"hit{number}", user=number, duration=5.0, trace=f"{number:032}")
        drill.exchange(11, None, "server_error", trace=f"{number:032}")
        drill.exchange(12, None, trace=f"{number:032}")

    verdict = drill.check("retry_amplification", at_most=2)

    assert verdict.status is Status.HELD
    assert verdict.samples == 12


def test_waits_that_nobody_is_known_to_have_been_told_leave_it_open(drill: Handwritten) -> None:
    for number in range(9):
        drill.ask(11, "ok", f"hit{number}", user=number, duration=5.0)
        drill.exchange(11, f"hit{number}", "rate_limit", status=429, retry_after=2.0)
    assert drill.check("retry_after_honoured").status is Status.HELD

    for _ in range(2):
        drill.exchange(12, None, "rate_limit", status=429, retry_after=2.0)
    assert drill.check("retry_after_honoured").status is Status.UNKNOWN


def test_what_was_done_from_half_of_the_words_may_have_met_a_fault_of_nobodys(drill: Handwritten) -> None:
    for number in range(9):
        drill.ask(11, "ok", f"hit{number}", user=number, duration=5.0)
        drill.exchange(11, f"hit{number}")
        drill.tool(12, f"hit{number}", whole=number > 0)
    assert drill.check("whole_answers").status is Status.HELD

    drill.exchange(11, None, "stream_cut")
    assert drill.check("whole_answers").status is Status.UNKNOWN


def test_the_words_that_were_sent_to_nobodys_call_are_perhaps_a_leak(drill: Handwritten) -> None:
    prints = fingerprints(PAGE)
    for number in range(3):
        drill.ask(11, "error", f"hit{number}", user=number, duration=5.0, prints=prints)
        drill.exchange(11, f"hit{number}")
    assert drill.check("no_leaks").status is Status.HELD

    drill.exchange(11.5, None, "gateway_error", status=503, prints=prints)
    assert drill.check("no_leaks").status is Status.UNKNOWN


def test_that_no_fault_explains_a_failure_is_not_said_where_it_cannot_be_known(drill: Handwritten) -> None:
    for number in range(9):
        drill.ask(11, "error", f"hit{number}", user=number, duration=5.0)
        drill.exchange(11, None, "server_error")

    verdict = drill.check("success", at_least=0.9, min_samples=1)

    assert verdict.status is Status.BROKEN  # users got no answer, whoever is to blame
    assert "No fault could be told of their own calls. 9 of 9 calls carry no canary" in verdict.finding
    assert verdict.next_step == ADVICE
    assert "no call of it is known" in verdict.evidence[0].text


def test_where_nothing_is_to_fail_weak_joins_leave_nothing_open(drill: Handwritten) -> None:
    for number in range(9):
        drill.ask(11, "ok", f"calm{number}", user=number, duration=5.0)
        drill.exchange(12)

    assert drill.check("retry_amplification", at_most=2).status is Status.SKIPPED
