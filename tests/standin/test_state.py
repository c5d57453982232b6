"""What the stand-in keeps."""

from __future__ import annotations

from brownout.standin.answers import REMEMBERED, Memory
from brownout.standin.state import MAX_ITEMS, Conversation, longer


def test_a_memory_grows_by_what_is_new() -> None:
    assert longer(Memory(("a",), 3), ["a", "b"], 4) == Memory(("a", "b"), 7)
    many = [str(number) for number in range(REMEMBERED + 5)]
    assert longer(Memory(), many, 0).canaries == tuple(many[-REMEMBERED:])


def test_a_conversation_keeps_its_latest_items() -> None:
    kept = Conversation("conv_1", 0)
    kept.add({"id": str(number)} for number in range(MAX_ITEMS + 3))
    assert len(kept.items) == MAX_ITEMS
    assert kept.items[0]["id"] == "3"
