from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from brownout.calls import canary

small = st.integers(min_value=0, max_value=10**6)


def test_a_canary_is_the_same_in_every_run() -> None:
    assert canary.make(7, "chat", 1, 2, 3) == "bo-xds3hr2cwwqj"


@given(small, st.text(), small, small, small)
def test_a_canary_is_found_again_in_any_text_around_it(
    seed: int, journey: str, user: int, iteration: int, turn: int
) -> None:
    made = canary.make(seed, journey, user, iteration, turn)
    assert canary.find(f"Reference {made}. Why is the sky blue?") == made
    assert canary.find(f'{{"text":"{made}"}}') == made


def test_canaries_of_a_drill_differ() -> None:
    made = {canary.make(1, "chat", user, i, turn) for user in range(20) for i in range(20) for turn in range(5)}
    assert len(made) == 2000
    assert canary.make(1, "chat", 1, 12, 3) != canary.make(1, "chat", 11, 2, 3)
    assert canary.make(1, "chat", 1, 1, 1) != canary.make(2, "chat", 1, 1, 1)
    assert canary.make(1, "chat", 1, 1, 1) != canary.make(1, "talk", 1, 1, 1)


def test_all_canaries_are_found_in_order() -> None:
    one, two = canary.make(1, "a", 0, 0, 0), canary.make(1, "a", 0, 0, 1)
    assert canary.find_all(f"{two} and {one}, {two}") == [two, one, two]
    assert canary.find(f"{two} and {one}") == two


def test_what_only_looks_like_a_canary_is_none() -> None:
    for text in ("", "bo-short", "bo-UPPERCASE234", "bo-0189018901891", "xbo-abcdefghijkl", "bo-abcdefghijklm"):
        assert canary.find(text) is None
        assert canary.find_all(text) == []


def test_a_stranger_is_a_canary_that_can_be_told_from_a_users() -> None:
    made_up = [canary.stranger(str(number)) for number in range(100)]

    assert len(set(made_up)) == 100
    assert all(canary.find(f"Reference {mark}.") == mark and canary.is_stranger(mark) for mark in made_up)
    assert not any(canary.is_stranger(canary.make(1, "chat", user, 0, 0)) for user in range(100))
    assert not canary.is_stranger("bo-short")


@given(
    st.lists(st.sampled_from(["bo-", "bo-abcdefghijkl", "bo-234567abcdef", "a", "_", "9", "-", " ", "é", "\n", "kl"]))
)
def test_a_canary_is_a_word_of_its_own(parts: list[str]) -> None:
    text = "".join(parts)
    assert canary.find_all(text) == re.findall(r"\bbo-[a-z2-7]{12}\b", text)
