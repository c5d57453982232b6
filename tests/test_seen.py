"""What an edge has seen being written."""

from __future__ import annotations

from brownout import seen
from brownout.seen import Seen


def test_a_text_is_known_with_its_time_and_conversation() -> None:
    record = Seen(lambda: 7.0)
    record.write("conv_1", "hello")

    written = record.written("hello")

    assert written is not None
    assert (written.whose, written.at, written.reads) == ("conv_1", 7.0, 0)
    assert record.written("goodbye") is None


def test_nothing_is_not_a_text() -> None:
    record = Seen()
    record.write("conv_1", "")

    assert record.written("") is None


def test_others_texts_are_never_of_the_same_conversation_nor_ones_own() -> None:
    record = Seen()
    for number in range(6):
        record.write(f"conv_{number % 2}", f"text {number}")

    found = record.of_others("conv_0", {"text 1"}, "salt", 9)

    assert sorted(found) == ["text 3", "text 5"]
    assert record.of_others("conv_0", (), "salt", 2) == record.of_others("conv_0", (), "salt", 2)


def test_a_long_text_is_known_again_but_shown_to_nobody() -> None:
    record = Seen()
    record.write("conv_1", "x" * 3000)

    assert record.written("x" * 3000) is not None
    assert record.of_others("conv_2", (), "salt", 1) == ()


def test_memory_is_bounded() -> None:
    record = Seen()
    for number in range(seen._MOST + 1):
        record.write(None, str(number))

    assert record.written("0") is None
    assert record.written("1") is not None
