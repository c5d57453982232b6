"""The arithmetic of shares and samples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.checkers import samples


@given(st.integers(1, 2000), st.integers(0, 100))
def test_what_is_needed_reaches_the_share_and_one_less_does_not(of: int, percent: int) -> None:
    share = percent / 100
    needed = samples.needed(of, share)

    assert samples.reaches(needed, of, share)
    assert not samples.reaches(needed - 1, of, share)
    assert needed == -(-percent * of // 100)  # in whole numbers, where nothing is rounded


def test_a_share_is_told_with_its_numbers() -> None:
    assert samples.in_words(9, 10) == "90% (9 of 10)"
    assert samples.in_words(1999, 2000) == "99.9% (1,999 of 2,000)"
