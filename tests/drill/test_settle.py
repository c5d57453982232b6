"""What follows a drill that leaves verdicts open, and what both say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.results import BLANK

from brownout.drill import settle
from brownout.result import Result
from brownout.verdict import Status, Verdict

PLANNED = 30.0


def _verdict(id: str, status: Status, longer: float = 1.0) -> Verdict:
    return Verdict("success", id, status, "asked", "measured", "found", longer=longer)


def _result(*verdicts: Verdict, outcome: str = "completed", code: int = 3) -> Result:
    return replace(BLANK, outcome=outcome, verdicts=verdicts, exit_code=code, speed=60.0)


OPEN = _verdict("success", Status.UNKNOWN, 2.0)
WIDE_OPEN = _verdict("latency p95", Status.UNKNOWN, 3.0)
HOPELESS = _verdict("failover", Status.UNKNOWN)
HELD = _verdict("no_hang", Status.HELD)


def test_the_next_one_is_as_much_slower_as_the_widest_open_verdict_asks_for() -> None:
    following = settle.longer(_result(OPEN, WIDE_OPEN, HELD, HOPELESS), PLANNED, None)

    assert following is not None
    assert (following.speed, following.times, following.open) == (20.0, 3.0, (OPEN, WIDE_OPEN))


@pytest.mark.parametrize(
    "first",
    [
        _result(HELD, HOPELESS),  # a longer one would say no more
        _result(OPEN, outcome="aborted"),
        _result(OPEN, outcome="stopped"),
        _result(OPEN, outcome="interrupted"),
    ],
)
def test_nothing_follows_where_a_longer_one_would_say_no_more(first: Result) -> None:
    assert settle.longer(first, PLANNED, None) is None
    assert settle.in_one_line(first, PLANNED, None) == ""


@given(st.floats(0.1, 1000), st.floats(1.01, 10), st.none() | st.floats(0.1, 5000))
def test_both_together_never_last_longer_than_the_bound(planned: float, asks: float, at_most: float | None) -> None:
    following = settle.longer(_result(replace(OPEN, longer=asks)), planned, at_most)

    if following is None:
        assert settle.bound(planned, at_most) <= 2 * planned
    else:
        assert following.times <= asks
        assert following.speed == pytest.approx(60.0 / following.times)
        assert planned * (1 + following.times) <= settle.bound(planned, at_most) * (1 + 1e-9)


ANEW = "It is judged by itself, so it asks all its questions anew, not only those that were missing."


def test_it_is_told_what_is_open_what_follows_and_what_is_left() -> None:
    assert settle.in_one_line(_result(OPEN, HELD), PLANNED, 100) == (
        "Not settled yet: success. Once more at speed 30, for 1m of the 1m10s that --at-most leaves. " + ANEW
    )
    assert settle.in_one_line(_result(WIDE_OPEN), PLANNED, 90) == (
        "Not settled yet: latency p95. Once more at speed 30, for 1m of the 1m that --at-most leaves; "
        "1m30s would be needed. " + ANEW
    )
    assert settle.in_one_line(_result(OPEN), PLANNED, 40) == (
        "Not settled: success. A drill of about 1m would settle it, and --at-most leaves 10s: give it 1m30s in all."
    )


def test_what_the_bound_left_open_is_told_with_what_would_settle_it() -> None:
    first = _result(OPEN, WIDE_OPEN)
    second = replace(_result(HELD, WIDE_OPEN), speed=30.0)

    assert settle.still_wanted(first, second, PLANNED, 90) == (
        "--at-most ended the second one after 1m of the 1m30s that it needed: give it 2m instead of 1m30s, or raise "
        "load.users."
    )
    assert settle.still_wanted(first, replace(second, speed=20.0), PLANNED, 120) == ""
    assert (
        settle.still_wanted(_result(OPEN), replace(_result(replace(OPEN, status=Status.HELD)), speed=60.0), 30, 90)
        == ""
    )


def test_no_drill_is_slower_than_a_drill_can_be() -> None:
    following = settle.longer(replace(_result(replace(OPEN, longer=10.0)), speed=0.004), PLANNED, 10_000)

    assert following is not None
    assert following.speed == pytest.approx(0.001)


def test_a_bound_that_would_be_enough_is_told_only_where_the_bound_was_in_the_way() -> None:
    first, second = _result(OPEN, WIDE_OPEN), replace(_result(HELD, WIDE_OPEN), speed=30.0)

    assert settle.enough(first, second, PLANNED, 90) == 120
    assert settle.enough(first, replace(second, speed=20.0), PLANNED, 120) is None
    assert settle.enough(_result(OPEN), None, PLANNED, 40) == 90
    assert settle.enough(_result(OPEN), None, PLANNED, 100) is None
    assert settle.enough(_result(HELD), None, PLANNED, 40) is None
