"""A leak told from a plateau, from warm-up and from more questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.checkers.growth import Growth, Point, growth, rising, slope
from brownout.verdict import Status

NOISE = st.lists(st.floats(-5, 5), min_size=30, max_size=30)


def judged(levels: list[float]) -> Growth:
    """Ten looks before, ten during, ten after, ten questions apart."""
    points: list[Point] = [(10.0 * number, level) for number, level in enumerate(levels)]
    grown = growth(points[:10], points[10:20], points[20:], share=0.2, floor=20)
    assert grown is not None
    return grown


@given(NOISE, st.floats(100, 1000))
def test_noise_alone_is_never_a_leak(noise: list[float], level: float) -> None:
    assert judged([level + each for each in noise]).status is Status.HELD


@given(NOISE, st.floats(100, 500), st.floats(0.5, 3))
def test_a_steady_leak_is_one_whatever_the_noise(noise: list[float], level: float, size: float) -> None:
    leaked = level * 0.2 + 20 + level * size
    rise = [0.0] * 10 + [leaked * number / 10 for number in range(1, 11)] + [leaked] * 10
    grown = judged([level + up + each / 5 for up, each in zip(rise, noise, strict=True)])

    assert grown.status is Status.BROKEN
    assert grown.excess > grown.allowed


@given(NOISE, st.floats(100, 500), st.floats(200, 5000), st.integers(10, 12))
def test_a_plateau_is_none_whatever_its_height(noise: list[float], level: float, height: float, at: int) -> None:
    grown = judged([level + height * (number >= at) + each / 100 for number, each in enumerate(noise)])

    assert grown.status is Status.HELD
    assert grown.settled


@given(st.floats(100, 500), st.floats(0, 5000))
def test_what_is_let_go_of_was_no_leak(level: float, height: float) -> None:
    peak = [height * (number - 9) / 10 if 10 <= number < 20 else 0.0 for number in range(30)]

    assert judged([level + each for each in peak]).status is Status.HELD


@given(st.floats(100, 500), st.floats(0, 50))
def test_growth_with_every_question_is_not_the_outages(level: float, each: float) -> None:
    assert judged([level + each * number for number in range(30)]).status is Status.HELD


def test_too_few_looks_say_nothing() -> None:
    few: list[Point] = [(1.0, 1.0), (2.0, 1.0)]

    assert growth(few, few, few, 0.2, 20) is None
    assert growth(few * 2, few, few[:1], 0.2, 20) is None


def test_a_rise_that_comes_after_the_faults_is_no_proof() -> None:
    assert judged([100.0] * 20 + [500.0] * 10).status is Status.UNKNOWN


@pytest.mark.parametrize(("levels", "expected"), [([1, 2, 3], 1.0), ([3, 2, 1], 0.0), ([1, 1, 1], 0.5), ([1], 0.0)])
def test_rising_counts_pairs(levels: list[float], expected: float) -> None:
    assert rising([(float(x), y) for x, y in enumerate(levels)]) == expected


def test_the_slope_is_not_moved_by_an_outlier() -> None:
    assert slope([(0, 0), (1, 1), (2, 2), (3, 3000), (4, 4)]) == 1
    assert slope([(1, 1), (1, 2)]) is None
