"""What stands for several drills."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.commands.watching import PRECEDENCE, worst

CODES = st.lists(st.sampled_from(PRECEDENCE), min_size=1)


def test_precedence() -> None:
    assert PRECEDENCE == (130, 4, 2, 1, 3, 0)
    assert worst([]) == 0
    assert worst([0, 3, 0]) == 3
    assert worst([3, 1]) == 1
    assert worst([1, 4, 0]) == 4


@given(CODES)
def test_the_worst_is_one_of_them_and_their_order_does_not_matter(codes: list[int]) -> None:
    assert worst(codes) in codes
    assert worst(codes) == worst(codes[::-1])


@given(CODES, CODES)
def test_more_drills_never_make_it_better(some: list[int], more: list[int]) -> None:
    assert PRECEDENCE.index(worst(some + more)) <= PRECEDENCE.index(worst(some))
