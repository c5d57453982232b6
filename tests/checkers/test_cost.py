"""cost: what answers cost while faults strike, against healthy phases."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from support.journals import Handwritten, phase, rule

from brownout.verdict import Status

USERS = 10


def _call(drill: Handwritten, t: float, canary: str | None, **more: Any) -> None:
    """One whole answer of 100 tokens to a prompt of 400, at $0.12 for a thousand of them (gpt-4o-mini)."""
    row = {"tokens_in": 400, "tokens_out": 100, "attempt": 0, **more}
    drill.exchange(t, canary, **row)


def _refused(drill: Handwritten, t: float, canary: str) -> None:
    _call(drill, t, canary, fault="server_error", tokens_in=0, tokens_out=0)


def _asked(drill: Handwritten, second: float, *ends: str, outcome: str = "ok", **more: Any) -> None:
    """A question of each user, whose calls end like this: ``whole``, ``refused``, ``left``, ``spoiled``."""
    for user in range(USERS):
        t = second + user / 20
        canary = f"c{second}-{user}"
        drill.ask(t, outcome, canary, user=user)
        for nth, end in enumerate(ends):
            at = t + nth / 100
            if end == "refused":
                _refused(drill, at, canary)
            elif end == "left":
                _call(drill, at, canary, **{"end": "client_left", "tokens_out": 50, "estimated": True, **more})
            elif end == "spoiled":
                _call(drill, at, canary, fault="empty_answer", **{"status": 200, **more})
            else:
                _call(drill, at, canary, **more)


def _played(drill: Handwritten, *ends: str, calm: tuple[str, ...] = ("whole",), **more: Any) -> None:
    """Healthy questions in ten seconds, and in the ten of the outage questions whose calls end like this."""
    drill.drill["rules"] = [rule()]
    for second in range(10):
        _asked(drill, second, *calm)
    for second in range(10, 20):
        _asked(drill, second, *ends, **more)


def test_one_refusal_and_one_answer_cost_no_more(drill: Handwritten) -> None:
    _played(drill, "refused", "whole")

    verdict = drill.check("cost", at_most="1.2x")

    assert verdict.status is Status.HELD
    assert verdict.measured == "1.00x (1.00x to 1.00x with 95% confidence)"
    assert "took 2.0 calls, 500 tokens and $0.00012; in healthy phases 1.0 calls" in verdict.finding
    assert "list prices" in verdict.finding
    assert verdict.samples == 100


def test_each_waste_is_told_from_the_others(drill: Handwritten) -> None:
    """A stream left after half of it, a whole answer that was not read, and one that was spoiled, and then one."""
    _played(drill, "left", "spoiled", "whole", "whole")

    verdict = drill.check("cost", at_most="1.5x")

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("3.75x")
    assert verdict.objective == "at most 1.5x what an answered question costs in healthy phases"
    assert "1.0x retries, 1.0x duplicates, 0.7x abandoned streams" in verdict.finding
    assert "20% of it is estimated" in verdict.finding
    assert verdict.next_step is not None
    assert len(verdict.evidence) == 5
    assert "empty_answer" in verdict.evidence[0].text


def test_a_turn_that_is_repeated_as_a_whole_is_a_retry(drill: Handwritten) -> None:
    _played(drill, "whole", "refused", "whole", "whole", calm=("whole", "whole"))

    verdict = drill.check("cost", at_most="1.1x")

    assert verdict.status is Status.BROKEN
    assert "Beyond what is needed: 0.5x retries." in verdict.finding


def test_healthy_fan_out_is_no_waste(drill: Handwritten) -> None:
    _played(drill, "whole", "refused", "whole", calm=("whole", "whole"))

    assert drill.check("cost", at_most="1x").status is Status.HELD


def test_answers_that_reached_nobody_are_paid_for_by_those_that_did(drill: Handwritten) -> None:
    _played(drill, "whole")
    for second in range(10, 20):
        _asked(drill, second + 0.5, "whole", outcome="hung")

    verdict = drill.check("cost", at_most="1.5x")

    assert verdict.status is Status.BROKEN
    assert "1.0x answers that reached nobody" in verdict.finding


def test_prompts_that_grow_with_the_conversation_are_not_the_outages(drill: Handwritten) -> None:
    _played(drill, "refused", "whole", tokens_in=4000)

    assert drill.check("cost", at_most="1.3x").status is Status.HELD


def test_a_dearer_model_is_named_where_nothing_else_explains_it(drill: Handwritten) -> None:
    _played(drill, "whole", model="gpt-4o-2024-08-06")

    verdict = drill.check("cost", at_most="2x")

    assert verdict.status is Status.BROKEN
    assert "dearer models" in verdict.finding
    assert verdict.next_step is not None
    assert "models" in verdict.next_step


def test_an_unknown_model_is_counted_in_tokens_and_says_so(drill: Handwritten) -> None:
    _played(drill, "whole", "whole", model="house-7b")

    verdict = drill.check("cost", at_most="1.5x")

    assert verdict.status is Status.BROKEN
    assert "no price is known of house-7b" in verdict.finding
    assert "$" not in verdict.finding


def test_prices_of_the_profile_go_before_the_list(drill: Handwritten) -> None:
    _played(drill, "whole")

    verdict = drill.check("cost", at_most="$0.01", prices={"gpt-4o-mini": {"input": 10, "output": 100}})

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("$0.014 ")
    assert "At the prices of the profile." in verdict.finding
    assert drill.check("cost", at_most="$0.02", prices={"gpt-4o-mini": {"input": 10, "output": 100}}).status is (
        Status.HELD
    )


def test_dollars_without_a_price_are_unknown(drill: Handwritten) -> None:
    _played(drill, "whole", model="house-7b")

    verdict = drill.check("cost", at_most="$0.02")

    assert verdict.status is Status.UNKNOWN
    assert "no price is known of house-7b" in verdict.finding


def test_what_differs_between_users_leaves_it_open(drill: Handwritten) -> None:
    """One user of ten pays fifteen times as much: 2.4 times in all, and nobody knows of how many more."""
    _played(drill, "refused", "whole")
    for second in range(10, 20):
        for _ in range(14):
            _call(drill, second, f"c{second}-0")

    verdict = drill.check("cost", at_most="1.5x")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured.startswith("2.40x")


def test_calls_of_no_question_are_told_and_many_leave_it_open(drill: Handwritten) -> None:
    _played(drill, "whole", "whole", "whole")
    for second in range(10, 20):
        _call(drill, second, None)
    few = drill.check("cost", at_most="1.5x")
    for number in range(100):
        _call(drill, 10 + number / 10, "stranger")

    assert few.status is Status.BROKEN
    assert "10 calls of no question" in few.finding
    assert drill.check("cost", at_most="1.5x").status is Status.UNKNOWN


def test_too_few_answers_or_users_are_no_verdict(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    _asked(drill, 1, "whole")
    for number in range(9):
        drill.ask(12, "ok", f"f{number}", user=number)
        _call(drill, 12, f"f{number}")

    assert "9 answered questions of the 10 needed" in drill.check("cost", at_most="1.5x").measured
    assert drill.check("cost", at_most="1.5x", min_samples=5).status is Status.HELD


def test_a_journal_without_tokens_does_not_tell(drill: Handwritten) -> None:
    _played(drill, "whole", tokens_in=None, tokens_out=None)
    drill.events = [event for event in drill.events if getattr(event, "tokens_in", None) is None]

    assert drill.check("cost", at_most="1.5x").status is Status.UNKNOWN


def test_without_faults_or_a_healthy_phase_it_is_not_exercised(drill: Handwritten) -> None:
    _asked(drill, 1, "whole")
    quiet = drill.check("cost", at_most="1.5x")
    drill.drill["phases"] = [phase("outage", "major_outage", 0, 60)]
    drill.drill["rules"] = [rule()]

    assert (quiet.status, drill.check("cost", at_most="1.5x").status) == (Status.SKIPPED, Status.SKIPPED)


def test_a_question_asked_in_a_healthy_phase_that_met_a_fault_counts_in_neither(drill: Handwritten) -> None:
    _played(drill, "refused", "whole")
    for user in range(USERS):
        drill.ask(9.9, "ok", f"edge{user}", user=user)
        for nth in range(5):
            _call(drill, 10 + nth, f"edge{user}", fault="empty_answer", status=200, phase="outage")

    assert drill.check("cost", at_most="1x", during="major_outage").measured.startswith("1.00x")


@pytest.mark.parametrize(
    ("at_most", "words"),
    [
        ("1.5", "did you mean 1.5x, or \\$1.5"),
        (2, "did you mean 2x"),
        ("0.5x", "1x or more"),
        ("cheap", "allowed: so many times"),
        ("$2x", "did you mean 2x, or \\$2"),
        ("$0", "out of range"),
        (True, "no ceiling"),
    ],
)
def test_a_ceiling_is_a_multiple_or_dollars(drill: Handwritten, at_most: Any, words: str) -> None:
    _asked(drill, 1, "whole")

    with pytest.raises(ValidationError, match=words):
        drill.check("cost", at_most=at_most)
