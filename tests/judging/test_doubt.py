"""What users met while a part of ours stood still can hold, and cannot break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.journals import ZERO, Handwritten

from brownout.events import Pressure, Stall
from brownout.judging.judge import judge
from brownout.verdict import Status, Verdict

SUCCESS = {"check": "success", "at_least": 0.9, "during": ["operational"]}
LATENCY = {"check": "latency", "p90": 2.0}
FIRST_TOKEN = {"check": "first_token", "p50": 1.0}
NO_HANG = {"check": "no_hang", "within": 5.0}
HISTORY = {"check": "history_kept"}
AMPLIFICATION = {"check": "retry_amplification", "at_most": 2}


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Handwritten]:
    handwritten = Handwritten(tmp_path)
    handwritten.exchange(0.1, "bo-first")  # else nothing came at all
    yield handwritten
    handwritten.close()


def stall(drill: Handwritten, began: float, late: float, name: str = "proxy") -> None:
    """A part stood still from a drill second on."""
    drill.add(Stall(t=ZERO + began + late, name=name, late=late))


def verdict(drill: Handwritten, **expected: Any) -> Verdict:
    """The verdict on one expectation."""
    drill.drill["expect"] = [expected]
    return next(each for each in judge(drill.write()).verdicts if each.check == expected["check"])


def healthy(drill: Handwritten) -> None:
    """Fifty answers before and after what a test adds in the outage's stead."""
    drill.asks(0, ["ok"] * 25, every=0.1)
    drill.asks(50, ["ok"] * 25, every=0.1)


@pytest.mark.parametrize("name", ["proxy", "stand-in", "load"])
def test_what_fails_while_a_part_stands_still_is_not_held_against_the_application(
    drill: Handwritten, name: str
) -> None:
    healthy(drill)
    drill.asks(35, ["error"] * 20, every=0.1)
    stall(drill, 34.5, 5, name)

    told = verdict(drill, **SUCCESS)

    assert told.status is Status.UNKNOWN
    assert f"The {name} stood still for 5s, 34.5s into the drill. Without the 20 steps" in told.finding
    assert told.next_step is not None
    assert "less busy" in told.next_step


def test_what_fails_at_another_time_breaks_all_the_same(drill: Handwritten) -> None:
    healthy(drill)
    drill.asks(35, ["error"] * 20, every=0.1)
    stall(drill, 5, 5)

    told = verdict(drill, **SUCCESS)

    assert told.status is Status.BROKEN
    assert told.evidence


def test_figures_and_proof_of_what_is_broken_rest_on_nothing_doubtful(drill: Handwritten) -> None:
    healthy(drill)
    drill.asks(32, ["error"] * 20, every=0.01)
    drill.asks(55, ["cut"] * 20, every=0.01)
    stall(drill, 32, 1.5)

    told = verdict(drill, **SUCCESS)

    assert told.status is Status.BROKEN
    assert told.measured.startswith("71.4% (50 of 70); ")
    assert {row.row["outcome"] for row in told.evidence} == {"cut"}


def test_as_long_as_a_stall_was_what_comes_after_it_is_in_doubt_too(drill: Handwritten) -> None:
    healthy(drill)
    drill.asks(36, ["error"] * 20, every=0.05)
    stall(drill, 31, 4)

    assert verdict(drill, **SUCCESS).status is Status.UNKNOWN


def test_what_held_in_spite_of_a_stall_has_held(drill: Handwritten) -> None:
    healthy(drill)
    stall(drill, 1, 5)

    assert verdict(drill, **SUCCESS).status is Status.HELD


def test_the_drills_own_stall_delays_nobody(drill: Handwritten) -> None:
    healthy(drill)
    drill.asks(35, ["error"] * 20, every=0.1)
    stall(drill, 34.5, 5, "drill")

    assert verdict(drill, **SUCCESS).status is Status.BROKEN


def test_many_short_stalls_excuse_what_was_spent_in_them_mostly(drill: Handwritten) -> None:
    healthy(drill)
    drill.asks(35, ["error"] * 20, every=0.1, duration=0.5)
    for number in range(10):
        stall(drill, 34.9 + number * 0.4, 0.3)

    assert verdict(drill, **SUCCESS).status is Status.UNKNOWN


def test_many_short_stalls_do_not_excuse_a_long_wait(drill: Handwritten) -> None:
    drill.ask(11, "hung", duration=12.0)
    for number in range(5):
        stall(drill, 11 + number, 0.3)

    assert verdict(drill, **NO_HANG).status is Status.BROKEN


@pytest.mark.parametrize("expected", [LATENCY, FIRST_TOKEN, NO_HANG], ids=lambda each: each["check"])
def test_who_waited_for_us_did_not_wait_for_the_application(drill: Handwritten, expected: dict[str, Any]) -> None:
    for number in range(20):
        drill.ask(2 + number / 100, duration=6.0, first_token=5.5, user=number)
    stall(drill, 2.2, 5.2, "stand-in")

    assert verdict(drill, **expected).status is Status.UNKNOWN


def test_a_retry_provoked_by_our_own_silence_is_not_the_applications(drill: Handwritten) -> None:
    for number in range(30):
        canary = f"bo-{number:012d}"
        drill.ask(11 + number / 100, canary=canary, user=number, duration=3.0)
        for call in range(5):
            drill.exchange(11.1 + call / 2, canary, "server_error" if call == 0 else None)
    stall(drill, 11.0, 4.0)

    assert verdict(drill, **AMPLIFICATION).status is Status.UNKNOWN


def test_a_history_that_a_user_looked_for_while_we_stood_still_proves_nothing(drill: Handwritten) -> None:
    drill.ask(3, canary="bo-aaaaaaaaaaaa")
    drill.history(12, missing=["bo-aaaaaaaaaaaa"], iteration=7)
    stall(drill, 10, 3)

    assert verdict(drill, **HISTORY).status is Status.UNKNOWN


def test_the_record_is_whole_for_the_next_question(drill: Handwritten) -> None:
    healthy(drill)
    drill.asks(35, ["error"] * 20, every=0.1)
    stall(drill, 34.5, 5)
    drill.drill["expect"] = [SUCCESS, {**SUCCESS, "at_least": 0.5}, SUCCESS]

    result = judge(drill.write())

    assert [told.status for told in result.verdicts[1:]] == [Status.UNKNOWN, Status.HELD, Status.UNKNOWN]
    assert result.totals["steps"] == 70


def test_a_reader_is_told_who_stood_still_and_when(drill: Handwritten) -> None:
    healthy(drill)
    stall(drill, 3, 2.5, "load")
    stall(drill, 40, 0.5, "load")

    (note,) = [note for note in judge(drill.write()).notes if "stood still" in note]

    assert note.startswith("The load stood still 2 times, for 3s in all (the longest 2.5s, 3s into the drill).")
    assert "proves nothing against the application" in note


def test_short_stalls_are_no_news(drill: Handwritten) -> None:
    healthy(drill)
    stall(drill, 3, 0.4)

    assert not [note for note in judge(drill.write()).notes if "stood still" in note]


def crowd(drill: Handwritten, began: float, seconds: int, queue: float, others: float | None = 0.9) -> None:
    """Other programs had the machine for so many seconds."""
    for second in range(seconds):
        t = ZERO + began + second + 1
        drill.add(Pressure(t=t, span=1.0, app=0.05, ours=0.05, others=others, queue=queue))


def slow(drill: Handwritten, duration: float, outcome: str = "ok") -> None:
    """Twenty questions of which each takes so long."""
    for number in range(20):
        drill.ask(2 + number / 100, outcome, duration=duration, first_token=duration, user=number)


def test_waits_that_a_free_machine_would_not_have_made_so_long_break_nothing(drill: Handwritten) -> None:
    slow(drill, 6.0)
    crowd(drill, 0, 10, queue=5.0)

    told = verdict(drill, **LATENCY)

    assert told.status is Status.UNKNOWN
    assert "For 10s other programs had 90% of this machine's processors, and up to 5 wanted to run" in told.finding


def test_waits_that_are_too_long_for_any_machine_break_all_the_same(drill: Handwritten) -> None:
    slow(drill, 15.0)
    crowd(drill, 0, 20, queue=5.0)

    told = verdict(drill, **LATENCY)

    assert told.status is Status.BROKEN
    assert told.measured.startswith("p90 3s")  # at best


@pytest.mark.parametrize(("queue", "others"), [(3.0, 0.9), (9.0, 0.2), (9.0, None)])
def test_a_machine_with_room_or_an_application_that_takes_it_all_excuses_nothing(
    drill: Handwritten, queue: float, others: float | None
) -> None:
    slow(drill, 6.0)
    crowd(drill, 0, 10, queue, others)

    assert verdict(drill, **LATENCY).status is Status.BROKEN


def test_what_fails_in_an_endless_queue_proves_nothing(drill: Handwritten) -> None:
    healthy(drill)
    drill.asks(35, ["error"] * 20, every=0.1)
    crowd(drill, 33, 6, queue=10.0)

    assert verdict(drill, **SUCCESS).status is Status.UNKNOWN


def test_what_fails_in_a_long_queue_is_a_failure(drill: Handwritten) -> None:
    healthy(drill)
    drill.asks(35, ["error"] * 20, every=0.1)
    crowd(drill, 33, 6, queue=5.0)

    assert verdict(drill, **SUCCESS).status is Status.BROKEN


def test_a_step_that_was_mostly_over_when_the_crowd_came_has_no_excuse(drill: Handwritten) -> None:
    slow(drill, 6.0)
    crowd(drill, 6.5, 4, queue=9.0)

    assert verdict(drill, **LATENCY).status is Status.BROKEN


def test_how_a_failure_was_told_does_not_depend_on_how_long_it_would_have_taken(drill: Handwritten) -> None:
    for number in range(4):
        drill.exchange(11.4 + number, f"bo-{number}", "overloaded", status=503, duration=0.01)
        drill.ask(11 + number, "error", f"bo-{number}", status=400)
    crowd(drill, 9, 10, queue=5.0)

    assert verdict(drill, check="blame").status is Status.BROKEN
