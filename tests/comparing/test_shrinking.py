"""Leaving out and making shorter, on trials that are played by a function."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.comparing.shrinking import Spent, Trials, fewest, shortest

_sets = st.integers(1, 12).flatmap(
    lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1), min_size=1, max_size=4))
)


@given(_sets)
def test_what_is_needed_stays_and_nothing_else(case: tuple[int, set[int]]) -> None:
    size, needed = case
    tried: list[tuple[int, ...]] = []

    def shows(items: tuple[int, ...]) -> bool:
        tried.append(items)
        return needed <= set(items)

    assert fewest(range(size), shows) == tuple(sorted(needed))
    assert len(tried) <= size * size + 3 * size  # the bound of the paper


@given(st.lists(st.floats(1, 100), min_size=1, max_size=6), st.data())
def test_every_length_that_is_left_is_needed_or_as_short_as_may_be(lengths: list[float], data: st.DataObject) -> None:
    needs = [data.draw(st.sampled_from([0.0, length / 3, length])) for length in lengths]

    def shows(candidate: tuple[float, ...]) -> bool:
        return all(length >= need for length, need in zip(candidate, needs, strict=True))

    best = shortest(lengths, shows, least=1.0)

    assert shows(best)
    assert any(best)
    for place, length in enumerate(best):
        shorter = (*best[:place], length / 2, *best[place + 1 :])
        assert length / 2 < 1.0 or not shows(shorter)


def trials(play: Callable[[int], bool], most: int = 99) -> Trials[int]:
    made: Trials[int] = Trials(play, lambda: made.made < most, lambda candidate: candidate >= 0)
    return made


def test_what_does_not_show_it_is_tried_once_more_and_never_a_third_time() -> None:
    played: list[int] = []
    lucky = iter([False, True, False, False])

    def play(candidate: int) -> bool:
        played.append(candidate)
        return next(lucky)

    search = trials(play)

    assert (search.shows(1), search.best) == (True, 1)
    assert (search.shows(2), search.best) == (False, 1)
    assert (search.shows(1), search.shows(2)) == (True, False)
    assert played == [1, 1, 2, 2]


def test_what_is_not_sound_costs_no_trial_and_the_budget_ends_the_search() -> None:
    search = trials(lambda candidate: candidate > 1, most=2)

    assert not search.shows(-1)
    assert search.shows(5)
    with pytest.raises(Spent):
        search.shows(1)
    assert (search.made, search.best) == (2, 5)
