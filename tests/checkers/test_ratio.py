"""The interval of a cost for each answer: it holds the truth as often as it says, and no unit moves it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.checkers.ratio import Estimate, Spent, average, factor, ruled
from brownout.verdict import Status

COST = st.floats(0.01, 100)
USER = st.builds(Spent, st.sampled_from(["chat", "agent"]), COST, COST, COST, COST)
USERS = st.lists(USER, min_size=3, max_size=30)


@given(USERS, st.floats(0.1, 10))
def test_whoever_spends_so_many_times_as_much_has_that_factor(users: list[Spent], times: float) -> None:
    alike = [Spent(user.stratum, user.calm, user.calm, user.calm * times, user.calm) for user in users]
    estimate = factor(alike, 0.95)

    assert estimate is not None
    assert estimate.value == pytest.approx(times)
    assert estimate.low == pytest.approx(times, rel=1e-6)


@given(USERS, st.floats(0.001, 1000))
def test_no_unit_moves_it(users: list[Spent], unit: float) -> None:
    dearer = [
        Spent(user.stratum, user.calm * unit, user.calm_answers, user.met * unit, user.met_answers) for user in users
    ]
    here, there = factor(users, 0.95), factor(dearer, 0.95)

    assert here is not None
    assert there is not None
    assert there.value == pytest.approx(here.value)
    assert there.low == pytest.approx(here.low, abs=1e-9)


@given(USERS)
def test_the_surer_the_wider(users: list[Spent]) -> None:
    for figure in (factor, average):
        sure, surer = figure(users, 0.9), figure(users, 0.99)
        assert sure is not None
        assert surer is not None
        assert surer.low <= sure.low <= sure.value <= sure.high <= surer.high


def test_two_users_tell_nothing() -> None:
    two = [Spent("chat", 1, 1, 9, 1)] * 2
    estimate = factor(two, 0.95)

    assert estimate is not None
    assert ruled(estimate, 1.5, 0.1) is Status.UNKNOWN


def test_nothing_spent_or_answered_has_no_figure() -> None:
    assert factor([Spent("chat", 1, 1, 0, 1)] * 5, 0.95) is None
    assert factor([Spent("chat", 1, 1, 1, 0)] * 5, 0.95) is None
    assert average([Spent("chat", 1, 1, 1, 0)] * 5, 0.95) is None


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Users of whom one in five meets a burst of retries in half of their questions; the true factor is 1.4."""
    dice, held, rounds = random.Random(7), 0, 400
    for _ in range(rounds):
        users = []
        for _ in range(20):
            bursts = dice.random() < 0.2
            met = sum(1.0 + 4.0 * (bursts and dice.random() < 0.5) for _ in range(12))
            users.append(Spent("chat", 12.0, 12.0, met, 12.0))
        estimate = factor(users, 0.95)
        assert estimate is not None
        held += estimate.low <= 1.4 <= estimate.high

    assert held / rounds > 0.9


@pytest.mark.parametrize(
    ("estimate", "status"),
    [
        (Estimate(1.2, 1.1, 1.3), Status.HELD),
        (Estimate(1.4, 1.2, 1.64), Status.HELD),
        (Estimate(1.4, 1.2, 1.7), Status.UNKNOWN),
        (Estimate(1.6, 1.4, 1.8), Status.UNKNOWN),
        (Estimate(1.8, 1.6, 2.0), Status.BROKEN),
    ],
)
def test_only_a_whole_interval_beyond_breaks_it(estimate: Estimate, status: Status) -> None:
    assert ruled(estimate, 1.5, 0.1) is status
