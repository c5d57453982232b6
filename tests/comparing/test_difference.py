"""Differences of shares, of means and of quantiles, and what several of them are worth together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.checkers.observed import Observed, Part, grouped, nearest_rank, pooled
from brownout.comparing.difference import chance, difference, forgiven, holm, told

_MIRROR = {"better": "worse", "worse": "better", "not told apart": "not told apart"}
_users = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12)), min_size=2, max_size=12)
_waits = st.lists(st.lists(st.floats(0, 30), min_size=1, max_size=8), min_size=2, max_size=8)


def shares(users: Sequence[tuple[int, int]]) -> Observed:
    """Each user's answers: so many whole ones, of so many questions."""
    rows = [(user, number, float(number < good)) for user, (good, size) in enumerate(users) for number in range(size)]
    return grouped(rows, "share", "higher")


def waits(users: Sequence[Sequence[float]], quantile: float = 0.95) -> Observed:
    """Each user's waits."""
    rows = [(user, number, wait) for user, waited in enumerate(users) for number, wait in enumerate(waited)]
    return grouped(rows, "seconds", "lower", quantile)


def calls(users: Sequence[Sequence[float]]) -> Observed:
    """What each user's questions cost in calls, each asked in a second of its own."""
    rows = [(user, (user, number), cost) for user, costs in enumerate(users) for number, cost in enumerate(costs)]
    return grouped(rows, "calls", "lower")


@given(_users, _users)
def test_what_is_worse_one_way_is_better_the_other_way(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    there, back = told(shares(a), shares(b)), told(shares(b), shares(a))

    assert back.word == _MIRROR[there.word]
    assert back.p == pytest.approx(there.p)


@given(_waits, _waits)
def test_waits_are_told_apart_alike_both_ways(a: list[list[float]], b: list[list[float]]) -> None:
    there, back = told(waits(a), waits(b)), told(waits(b), waits(a))

    assert (back.word, back.p) == (_MIRROR[there.word], there.p)


@given(_waits, _waits)
def test_means_are_told_apart_alike_both_ways(a: list[list[float]], b: list[list[float]]) -> None:
    there, back = told(calls(a), calls(b)), told(calls(b), calls(a))

    assert back.word == _MIRROR[there.word]
    assert back.p == pytest.approx(there.p)
    assert calls(a).figure(0.95).low <= calls(a).figure(0.95).value <= calls(a).figure(0.95).high


def test_more_calls_on_average_are_worse_whatever_the_quantiles_say() -> None:
    """No quantile from 80% on is another: what costs more is what most questions cost."""
    few, many = calls([[1.0] * 9 + [4.0] * 3] * 20), calls([[2.0] * 9 + [4.0] * 3] * 20)

    assert told(few, many).word == "worse"
    assert told(few, many).p < 0.01
    assert few.figure(0.95).value == pytest.approx(1.75)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(1, 5), st.integers(2, 60))
def test_the_interval_of_a_difference_holds_it_and_is_wider_for_more_confidence(
    a: float, b: float, effect: float, users: int
) -> None:
    of_a, of_b = (Part(round(share * users * 9), users * 9, effect, users) for share in (a, b))
    sure, surer = (difference(of_a, of_b, confidence) for confidence in (0.9, 0.99))

    assert sure.low <= of_b.value - of_a.value <= sure.high
    assert surer.low <= sure.low + 1e-12
    assert surer.high >= sure.high - 1e-12


def test_newcombes_own_example_comes_out() -> None:
    """Method 10 for 56 of 70 against 48 of 80 is 0.0524 to 0.3339; Student's quantile is the normal one for many."""
    interval = difference(Part(48, 80, 1, 10**6), Part(56, 70, 1, 10**6), 0.95)

    assert [interval.low, interval.high] == pytest.approx([0.0524, 0.3339], abs=1e-4)


def test_the_chance_is_small_where_the_interval_leaves_out_zero() -> None:
    a, b = Part(590, 600, 2, 50), Part(480, 600, 2, 50)

    assert chance(a, b) < 0.001
    assert chance(a, a) == pytest.approx(1)


def test_many_equal_values_are_told_apart_too() -> None:
    once, thrice = waits([[1.0] * 12] * 20), waits([[1.0] * 6 + [3.0] * 6] * 20)

    assert told(once, thrice).word == "worse"
    assert told(once, thrice).p < 0.01
    assert told(once, once).word == "not told apart"


def test_so_little_as_a_machine_may_make_of_a_wait_is_forgiven() -> None:
    slow = [[1.15 + number / 1000 for number in range(12)]] * 30

    assert told(waits([[1.0] * 12] * 30), waits(slow)).word == "not told apart"
    assert [forgiven(wait) for wait in (0.05, 0.3, 12)] == pytest.approx([0, 0.2, 10])


@given(st.lists(st.floats(0, 1), max_size=8))
def test_corrected_chances_keep_their_order_and_are_never_smaller(chances: list[float]) -> None:
    corrected = holm(chances)

    assert all(after >= before for before, after in zip(chances, corrected, strict=True))
    assert [corrected[place] for place in sorted(range(len(chances)), key=chances.__getitem__)] == sorted(corrected)
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@given(_waits, _waits)
def test_pooled_drills_keep_every_value_and_their_users_apart(a: list[list[float]], b: list[list[float]]) -> None:
    both = pooled([waits(a), waits(b)])

    assert both.values == sorted([*waits(a).values, *waits(b).values])
    assert len(both.users) == len(a) + len(b)
    assert both.figure(0.95).value == nearest_rank(both.values, 0.95)
    assert both.figure(0.95).low <= both.figure(0.95).value <= both.figure(0.95).high
