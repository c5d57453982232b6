"""What a measured share says of the true one: coverage over correlated users, rulings, and how much more it takes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.checkers.sampling import LONGEST, Cluster, Ruling, Sampling, design_effect, student, wilson
from brownout.verdict import Status

SAMPLING = Sampling()
CLUSTERS = st.lists(
    st.integers(1, 30).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))), min_size=1, max_size=40
)
SHARES = st.floats(0.01, 1.0)
DRILLS = 400


def drawn(dice: random.Random, share: float, alike: float, users: int, each: int) -> list[Cluster]:
    """Users whose own shares scatter around the true one as a beta distribution of this correlation has it."""
    clusters = []
    for _ in range(users):
        ratio = (1 - alike) / alike if alike else 0.0
        own = dice.betavariate(share * ratio, (1 - share) * ratio) if alike else share
        size = max(1, round(dice.gauss(each, each / 4)))
        clusters.append((sum(dice.random() < own for _ in range(size)), size))
    return clusters


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("alike", [0.0, 0.1, 0.2])
@pytest.mark.parametrize(("users", "each"), [(5, 10), (10, 12), (30, 4)])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_the_interval_covers_the_truth_as_often_as_it_says(
    seed: int, alike: float, users: int, each: int, share: float
) -> None:
    dice = random.Random(f"{seed} {alike} {users} {share}")
    covered = below = 0
    for _ in range(DRILLS):
        interval = SAMPLING.rule(1.0, drawn(dice, share, alike, users, each)).interval
        covered += interval.low <= share <= interval.high
        below += interval.high < share

    chance = (0.95 * 0.05 / DRILLS) ** 0.5
    assert covered / DRILLS >= 0.95 - 2.5 * chance
    assert below / DRILLS <= 0.025 + 3 * chance  # a sound application that is accused


def test_a_burst_in_one_second_counts_as_little_more_than_one_failure() -> None:
    users = [(9, 10)] * 14 + [(10, 10)] * 6
    seconds = [(10, 10)] * 18 + [(6, 20)]

    burst = SAMPLING.rule(0.97, users, seconds)

    assert burst.share == 0.93
    assert SAMPLING.rule(0.97, users).status is Status.BROKEN
    assert burst.status is Status.UNKNOWN


@given(CLUSTERS, SHARES)
def test_what_is_measured_lies_in_its_interval(clusters: list[Cluster], at_least: float) -> None:
    ruling = SAMPLING.rule(at_least, clusters)

    assert 0 <= ruling.interval.low <= ruling.share + 1e-9
    assert ruling.share - 1e-9 <= ruling.interval.high <= 1


@given(CLUSTERS, SHARES)
def test_broken_contradicts_the_objective_and_held_does_not(clusters: list[Cluster], at_least: float) -> None:
    ruling = SAMPLING.rule(at_least, clusters)

    if ruling.status is Status.BROKEN:
        assert ruling.share < at_least
    if ruling.status is Status.HELD:
        assert ruling.share >= at_least - 1e-9
    assert (ruling.status is Status.UNKNOWN) or ruling.more is None


@given(CLUSTERS, SHARES, SHARES)
def test_who_asks_for_less_is_never_worse_off(clusters: list[Cluster], one: float, other: float) -> None:
    low, high = sorted((one, other))

    if SAMPLING.rule(low, clusters).status is Status.BROKEN:
        assert SAMPLING.rule(high, clusters).status is Status.BROKEN
    if SAMPLING.rule(high, clusters).status is Status.HELD:
        assert SAMPLING.rule(low, clusters).status is Status.HELD


@given(CLUSTERS, SHARES)
def test_as_many_more_as_it_says_would_settle_it(clusters: list[Cluster], at_least: float) -> None:
    ruling = SAMPLING.rule(at_least, clusters)
    if ruling.more is None:
        return
    asked = sum(size for _, size in clusters)
    times = (asked + ruling.more) / asked

    effect, users = design_effect(clusters), int(len(clusters) * times)
    interval = SAMPLING.interval(ruling.share, asked * times, effect, users)
    assert interval.high < at_least or interval.low >= at_least - SAMPLING.margin - 1e-6


@pytest.mark.parametrize(
    ("users", "at_least", "status"),
    [
        ([(1, 1)] * 100, 0.99, Status.HELD),
        ([(10, 10)] * 5, 0.99, Status.UNKNOWN),
        ([(1, 1)] * 9 + [(0, 1)], 0.95, Status.UNKNOWN),
        ([(1, 1)] * 100 + [(0, 1)] * 100, 0.9, Status.BROKEN),
        ([(1, 1)] * 93 + [(0, 1)] * 7, 0.95, Status.UNKNOWN),
        ([(1, 1)] * 1000 + [(0, 1)], 1.0, Status.BROKEN),
        ([(0, 1)] * 10, 0.5, Status.BROKEN),
    ],
)
def test_a_ruling(users: list[Cluster], at_least: float, status: Status) -> None:
    assert SAMPLING.rule(at_least, users).status is status


def test_a_wider_margin_holds_what_a_narrow_one_leaves_open() -> None:
    users = [(4, 4)] * 8

    assert Sampling(margin=0.02).rule(0.9, users).status is Status.UNKNOWN
    assert Sampling(margin=0.2).rule(0.9, users).status is Status.HELD


def test_less_confidence_settles_more() -> None:
    users = [(1, 1)] * 80 + [(0, 1)] * 20

    assert Sampling(confidence=0.99).rule(0.87, users).status is Status.UNKNOWN
    assert Sampling(confidence=0.8).rule(0.87, users).status is Status.BROKEN


@given(CLUSTERS)
def test_no_clusters_make_a_share_surer_than_independent_questions(clusters: list[Cluster]) -> None:
    assert design_effect(clusters) >= 1


def test_users_who_always_fail_together_count_as_one_each() -> None:
    users = [(20, 20)] * 10 + [(0, 20)] * 10

    assert design_effect(users) == pytest.approx(20, rel=0.1)


# https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm
@pytest.mark.parametrize(("freedom", "quantile"), [(3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (100, 1.984)])
def test_students_quantile_is_that_of_the_tables(freedom: int, quantile: float) -> None:
    assert student(0.95, freedom) == pytest.approx(quantile, rel=0.01)


def test_wilsons_interval_is_that_of_the_books() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3: 81 of 263
    interval = wilson(81 / 263, 263, student(0.95, 10**6))

    assert (interval.low, interval.high) == pytest.approx((0.2553, 0.3662), abs=5e-4)


def test_no_questions_have_no_share() -> None:
    with pytest.raises(ValueError, match="no questions"):
        SAMPLING.rule(0.9, [])


@given(st.integers(3, 40), st.integers(1, 30), st.sampled_from((0.9, 0.95, 0.99, 1.0)), st.sampled_from((0.02, 0.1)))
def test_longer_is_how_long_the_same_users_would_have_to_ask(
    users: int, each: int, at_least: float, margin: float
) -> None:
    """More questions of the same users are worth less than those of more users."""

    def ruled(times: int) -> Ruling:
        return Sampling(margin=margin).rule(at_least, [(each * times, each * times)] * users)

    now = ruled(1)
    if now.status is Status.UNKNOWN and 1 < now.longer < LONGEST:
        assert ruled(int(now.longer)).status is Status.HELD
        assert now.longer == 2 or ruled(int(now.longer) - 1).status is Status.UNKNOWN
    assert (now.longer > 1) is (now.more is not None)


def test_a_drill_that_is_settled_need_not_be_longer() -> None:
    assert Sampling().rule(0.9, [(100, 100)] * 20).longer == 1
    assert Sampling().rule(0.9, [(10, 100)] * 20).longer == 1
