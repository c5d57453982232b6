"""Numbers that look drawn."""

from __future__ import annotations

from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from brownout import chance
from brownout.chance import uniform


@given(salt=st.text(), index=st.integers(0, 10**9))
def test_a_number_is_in_the_unit_interval_and_the_same_each_time(salt: str, index: int) -> None:
    unit = chance.unit(salt, index)

    assert 0 <= unit < 1
    assert chance.unit(salt, index) == unit


def test_numbers_are_spread_evenly_and_differ_by_salt() -> None:
    ours, theirs = ([chance.unit(salt, index) for index in range(2000)] for salt in ("ours", "theirs"))

    assert abs(mean(ours) - 0.5) < 0.03
    assert abs(sum(unit < 0.1 for unit in ours) - 200) < 60
    assert ours != theirs


@given(st.integers(min_value=0, max_value=2**63), st.lists(st.text(), max_size=5))
def test_a_draw_lies_in_the_unit_interval_and_is_the_same_again(seed: int, parts: list[str]) -> None:
    assert 0 <= uniform(seed, *parts) < 1
    assert uniform(seed, *parts) == uniform(seed, *parts)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_draws_differ_wherever_the_parts_do(one: list[str], other: list[str]) -> None:
    assert (uniform(1, *one) == uniform(1, *other)) is (one == other)


def test_draws_differ_by_where_the_parts_are_divided() -> None:
    assert len({uniform(1, "ab", "c"), uniform(1, "a", "bc"), uniform(1, "abc"), uniform(1, "abc", "")}) == 4


def test_a_draw_is_the_same_on_every_machine() -> None:
    assert uniform(1, "a", "b") == 0.5072811610105519
    assert uniform(20260203, "x") == 0.8152260128054635


def test_a_lone_surrogate_is_drawn_for_too() -> None:
    assert 0 <= uniform(1, "\ud800") < 1
