"""What only a guess joins to a question can hold, and cannot break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.journals import Handwritten

from brownout.judging.judge import judge
from brownout.verdict import Status, Verdict


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Handwritten]:
    handwritten = Handwritten(tmp_path)
    handwritten.drill["expect"] = [{"check": "retry_after_honoured"}]
    for number in range(9):
        handwritten.ask(1 + 3 * number, "ok", f"bo-{number}", user=number, duration=1.0)
        handwritten.exchange(1 + 3 * number, f"bo-{number}")
    yield handwritten
    handwritten.close()


def _hasty(drill: Handwritten, t: float, canary: str | None) -> None:
    """A call that came again before its time, while one question alone is open."""
    drill.exchange(t + 0.1, canary, "rate_limit", status=429, retry_after=5.0)
    drill.exchange(t + 0.5, canary)


def _verdict(drill: Handwritten) -> Verdict:
    return next(each for each in judge(drill.write()).verdicts if each.check == "retry_after_honoured")


def test_a_verdict_that_rests_on_a_guess_is_unknown_and_says_so(drill: Handwritten) -> None:
    _hasty(drill, 10, None)

    verdict = _verdict(drill)

    assert verdict.status is Status.UNKNOWN
    assert verdict.void
    assert "2 calls without a canary may be of the one question that was open then" in verdict.finding


def test_what_is_proved_without_it_stays_broken(drill: Handwritten) -> None:
    _hasty(drill, 10, None)
    _hasty(drill, 13, "bo-4")

    verdict = _verdict(drill)

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "1 of 1 wait cut short"


def test_a_result_says_by_what_its_calls_were_joined(drill: Handwritten) -> None:
    drill.exchange(10.5)
    drill.exchange(12.9)  # nobody waits
    drill.exchange(-1)  # before the timeline

    assert judge(drill.write()).joins == {"canary": 9, "window": 1, "nothing": 1}
