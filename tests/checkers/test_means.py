"""What a mean that was measured says of the true one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.checkers.means import Value, rule_mean
from brownout.checkers.sampling import Sampling
from brownout.verdict import Status

COSTS = st.lists(st.sampled_from([1.0, 1.5, 2.0, 3.0, 9.0]), min_size=2, max_size=60)


def _values(costs: list[float], users: int) -> list[Value]:
    return [Value(cost, number % users, number % 5) for number, cost in enumerate(costs)]


@given(COSTS, st.integers(1, 20), st.floats(1, 10))
def test_the_interval_holds_what_was_measured_and_the_verdict_follows_from_it(
    costs: list[float], users: int, at_most: float
) -> None:
    ruled = rule_mean(Sampling(), at_most, _values(costs, users))

    assert 0 <= ruled.interval.low <= ruled.mean + 1e-9
    assert ruled.mean <= ruled.interval.high + 1e-9
    if ruled.status is Status.BROKEN:
        assert ruled.mean > ruled.interval.low > at_most
    if ruled.status is Status.HELD:
        assert ruled.mean <= at_most + 1e-6
        assert ruled.interval.high <= at_most * 1.1 + 1e-6
    assert ruled.more is None or (ruled.status is Status.UNKNOWN and ruled.more > 0)


def test_the_same_questions_of_more_users_leave_less_open() -> None:
    costs = [1.0, 9.0] * 40
    few, many = (rule_mean(Sampling(), 3, _values(costs, users)).interval for users in (1, 20))

    assert few.low < many.low
    assert many.high < few.high


def test_what_never_happened_may_still_happen() -> None:
    """All of few took four calls, as nine in ten do where the mean is 3.7: that proves no 3.9."""
    four = [Value(4.0, number, number) for number in range(10)]

    assert rule_mean(Sampling(), 3.7, four).status is Status.UNKNOWN
    assert rule_mean(Sampling(), 2, four).status is Status.BROKEN


def test_no_value_has_no_mean() -> None:
    with pytest.raises(ValueError, match="no mean of no values"):
        rule_mean(Sampling(), 3, [])
