from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.load.crowd import Crowd, casting
from brownout.orders import PhaseSpan
from brownout.scenario import IMPACTS, OUTAGES, Impact


def spans(*phases: tuple[Impact, float]) -> tuple[PhaseSpan, ...]:
    edges = [0.0]
    for _, lasts in phases:
        edges.append(edges[-1] + lasts)
    return tuple(
        PhaseSpan(name=f"p{number}", impact=impact, start=start, end=end)
        for number, ((impact, _), (start, end)) in enumerate(zip(phases, pairwise(edges), strict=True))
    )


OUTAGE = spans(("operational", 10), ("major_outage", 10), ("recovering", 10))

crowds = st.builds(
    Crowd,
    users=st.integers(1, 30),
    surge=st.floats(0.1, 4),
    arrive=st.floats(0.5, 100),
    phases=st.lists(st.tuples(st.sampled_from(IMPACTS), st.floats(0.5, 20)), min_size=1, max_size=6).map(
        lambda phases: spans(*phases)
    ),
)


@pytest.mark.parametrize(("at", "target"), [(-1, 0), (0, 10), (9.9, 10), (10, 25), (20, 10), (30, 0)])
def test_an_outage_brings_more_users(at: float, target: int) -> None:
    assert Crowd(10, 2.5, 5, OUTAGE).target(at) == target


def test_the_first_user_is_there_at_once_and_the_others_at_the_rate_of_arrival() -> None:
    crowd = Crowd(10, 2.0, 5, OUTAGE)
    assert [crowd.stays(place) for place in (0, 1, 9)] == [[(0.0, 30.0)], [(0.2, 30.0)], [(1.8, 30.0)]]


def test_users_of_the_surge_stay_for_the_outage() -> None:
    assert Crowd(10, 2.0, 5, OUTAGE).stays(11) == [(10.2, 20.0)]


def test_with_a_surge_below_one_users_stay_away_during_the_outage() -> None:
    crowd = Crowd(10, 0.5, 5, OUTAGE)
    assert crowd.stays(4) == [(0.8, 30.0)]
    assert crowd.stays(7) == [(1.4, 10.0), (20.4, 30.0)]


def test_nobody_is_there_who_would_arrive_too_late() -> None:
    assert Crowd(100, 1.0, 1, OUTAGE).stays(99) == []


@given(crowds)
def test_peak_and_end_bound_everybody(crowd: Crowd) -> None:
    assert crowd.stays(crowd.peak) == []
    stays = [stay for place in range(crowd.peak) for stay in crowd.stays(place)]
    assert all(0 <= start < end <= crowd.end for start, end in stays)


@given(crowds, st.floats(-1, 130))
def test_never_more_are_there_than_the_target(crowd: Crowd, at: float) -> None:
    there = [p for p in range(crowd.peak) if any(start <= at < end for start, end in crowd.stays(p))]
    assert all(place < crowd.target(at) for place in there)


@given(crowds, st.integers(0, 40), st.floats(-1, 130))
def test_the_next_stay_is_now_or_later_and_inside_a_stay(crowd: Crowd, place: int, at: float) -> None:
    when = crowd.next_stay(place, at)
    if when is None:
        assert all(end <= at for _, end in crowd.stays(place))
    else:
        assert when >= at
        assert any(start <= when < end for start, end in crowd.stays(place))


def test_every_outage_is_one_for_users_too() -> None:
    assert set(IMPACTS) - OUTAGES == {"operational", "recovering"}


def test_parts_are_spread_by_weight() -> None:
    assert casting({"chat": 3, "page": 1}, 8) == ["chat", "chat", "page", "chat"] * 2


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 20), min_size=1, max_size=5), st.integers(0, 60))
def test_a_bigger_cast_begins_like_a_smaller_one(weights: dict[str, int], size: int) -> None:
    cast = casting(weights, size + 10)
    assert cast[:size] == casting(weights, size)
    total = sum(weights.values())
    whole = casting(weights, total)
    assert {name: whole.count(name) for name in weights} == weights


def test_nobody_plays_nothing() -> None:
    assert casting({}, 5) == []
