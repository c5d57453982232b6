"""Words and figures that all checkers share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.checkers.case import count, listing, percent


@pytest.mark.parametrize(
    ("number", "what", "words"),
    [
        (1, "question", "1 question"),
        (0, "question", "0 questions"),
        (1200, "call", "1,200 calls"),
        (2, "question that met a fault", "2 questions that met a fault"),
        (2, "question after the outage", "2 questions after the outage"),
        (1, "question that met a fault", "1 question that met a fault"),
    ],
)
def test_counts_in_words(number: int, what: str, words: str) -> None:
    assert count(number, what) == words


@pytest.mark.parametrize(("share", "words"), [(1, "100%"), (0.9, "90%"), (0.57, "57%"), (0.99999, "99.9%"), (0, "0%")])
def test_shares_are_rounded_down(share: float, words: str) -> None:
    assert percent(share) == words


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_only_all_of_them_are_a_hundred_percent(part: int, more: int) -> None:
    assert percent(part / (part + more)) != "100%"


def test_listings_begin_with_the_most_frequent() -> None:
    assert listing({"hung": 2, "cut": 2, "error": 30}) == "30 error, 2 cut, 2 hung"
