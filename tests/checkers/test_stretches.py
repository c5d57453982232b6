"""In which stretches too few questions were answered."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from brownout.checkers.sampling import Sampling
from brownout.checkers.stretches import Asked, bad_stretches


def _asked(answers: list[bool], users: int = 1000) -> list[Asked]:
    return [Asked(number / 10, number % users, good) for number, good in enumerate(answers)]


@given(st.lists(st.booleans(), max_size=200), st.sampled_from([0.5, 0.9, 0.95]))
def test_a_bad_stretch_is_below_the_share_and_holds_no_other(answers: list[bool], at_least: float) -> None:
    bad = bad_stretches(Sampling(), at_least, _asked(answers))

    for each in bad:
        assert sum(answers[each.start : each.end]) == each.good
        assert each.good / (each.end - each.start) <= each.interval.high < at_least
        assert not any(each.holds(other) for other in bad)
    assert [each.start for each in bad] == sorted(each.start for each in bad)


def test_all_looks_together_have_the_risk_of_one() -> None:
    dice = random.Random(1)
    drills = ([dice.random() < 0.95 for _ in range(200)] for _ in range(200))

    assert sum(bool(bad_stretches(Sampling(), 0.95, _asked(answers))) for answers in drills) <= 5  # 2.5%


def test_a_relapse_in_the_midst_of_answers_is_found_where_it_was() -> None:
    (bad,) = bad_stretches(Sampling(), 0.95, _asked([True] * 300 + [False] * 20 + [True] * 80))

    assert bad.start < 320
    assert bad.end > 300
    assert bad.end - bad.start < 60


def test_so_few_that_nothing_is_proved_are_no_stretch() -> None:
    assert bad_stretches(Sampling(), 0.95, _asked([False] * 9)) == []
    assert bad_stretches(Sampling(), 0.95, _asked([False] * 10))
