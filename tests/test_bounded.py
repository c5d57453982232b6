"""A mapping that forgets what was used longest ago."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.bounded import Bounded

STEPS = st.lists(st.tuples(st.sampled_from(("put", "get", "peek", "drop")), st.sampled_from("abcdefgh")))


@given(st.integers(1, 5), STEPS)
def test_it_never_holds_more_than_it_may_and_forgets_the_oldest_first(most: int, steps: list[tuple[str, str]]) -> None:
    bounded: Bounded[str, str] = Bounded(most)
    recent: list[str] = []  # the same, step by step: the latest last
    for step, key in steps:
        others, was_there = [other for other in recent if other != key], key in recent
        assert (key in bounded) == was_there
        if step == "put":
            recent = [*others, key]
            assert bounded.put(key, key) == (recent.pop(0) if len(recent) > most else None)
        elif step == "drop":
            assert bounded.drop(key) == (key if was_there else None)
            recent = others
        elif step == "get":
            assert bounded.get(key) == (key if was_there else None)
            recent = [*others, key] if was_there else recent
        else:
            assert bounded.peek(key) == (key if was_there else None)
        assert bounded.values() == tuple(recent)
        assert len(bounded) == len(recent) <= most


def test_a_value_that_is_put_again_is_the_latest_and_nothing_is_forgotten_for_it() -> None:
    bounded: Bounded[str, int] = Bounded(2)
    bounded.put("a", 1)
    bounded.put("b", 2)

    assert bounded.put("a", 3) is None
    assert bounded.put("c", 4) == 2
    assert bounded.values() == (3, 4)
