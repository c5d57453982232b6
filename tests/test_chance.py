"""Numbers that look drawn."""

from __future__ import annotations

from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from brownout import chance


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
