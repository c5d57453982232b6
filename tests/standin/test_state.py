"""What the stand-in keeps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.standin.answers import REMEMBERED, Memory
from brownout.standin.state import MAX_ITEMS, Conversation, Kept, longer


@given(st.integers(1, 5), st.lists(st.tuples(st.sampled_from("gpd"), st.sampled_from("abcdefgh"))))
def test_it_never_holds_more_than_it_may_and_forgets_the_oldest_first(most: int, steps: list[tuple[str, str]]) -> None:
    kept: Kept[str] = Kept(most)
    recent: list[str] = []
    for step, key in steps:
        if step == "p":
            kept.put(key, key)
        found = kept.drop(key) if step == "d" else kept.get(key)
        assert (found is not None) == (step == "p" or key in recent)
        if found is not None:
            recent = [other for other in recent if other != key] + ([] if step == "d" else [key])
        recent = recent[-most:]
        assert len(kept) == len(recent) <= most


def test_a_memory_grows_by_what_is_new() -> None:
    assert longer(Memory(("a",), 3), ["a", "b"], 4) == Memory(("a", "b"), 7)
    many = [str(number) for number in range(REMEMBERED + 5)]
    assert longer(Memory(), many, 0).canaries == tuple(many[-REMEMBERED:])


def test_a_conversation_keeps_its_latest_items() -> None:
    kept = Conversation("conv_1", 0)
    kept.add({"id": str(number)} for number in range(MAX_ITEMS + 3))
    assert len(kept.items) == MAX_ITEMS
    assert kept.items[0]["id"] == "3"
