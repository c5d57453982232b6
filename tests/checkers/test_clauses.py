"""What clauses of a verdict say of their intervals."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from brownout.checkers.clauses import in_words
from brownout.checkers.sampling import Interval

ENDS = st.floats(0, 1e4)


@given(ENDS, ENDS)
@example(1.996, 2.5)  # to the nearest, it would begin at a limit of 2, which it reaches below
@example(0.29, 0.57)
def test_an_interval_in_words_is_never_narrower_and_its_ends_are_near(one: float, other: float) -> None:
    low, high = sorted((one, other))

    shown_low, shown_high = map(float, in_words(Interval(low, high)).split(" to "))

    assert low - 0.01 - 1e-8 <= shown_low <= low + 1e-8
    assert high - 1e-8 <= shown_high <= high + 0.01 + 1e-8


def test_an_end_that_is_exact_is_said_as_it_is() -> None:
    assert in_words(Interval(0.29, 1.15)) == "0.29 to 1.15"
