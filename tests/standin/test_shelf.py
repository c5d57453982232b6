"""Bounded memory in the order of arrival."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.standin.shelf import Shelf


def test_the_oldest_go_where_there_are_too_many() -> None:
    shelf: Shelf[str] = Shelf(2)
    for name in "abc":
        shelf.put(name, name)
    assert shelf.get("b") == "b"
    assert (shelf.all(), shelf.get("a"), len(shelf)) == (["b", "c"], None, 2)


def test_the_oldest_go_where_they_weigh_too_much_but_the_newest_stays() -> None:
    shelf: Shelf[bytes] = Shelf(9, 4, len)
    shelf.put("a", b"12")
    shelf.put("b", b"34")
    shelf.put("c", b"5")
    assert shelf.all() == [b"34", b"5"]
    shelf.put("d", b"too much")
    assert shelf.all() == [b"too much"]
    assert shelf.drop("d") == b"too much"
    assert shelf.drop("d") is None


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.binary(max_size=4)), max_size=30))
def test_it_never_holds_more_than_it_may(puts: list[tuple[str, bytes]]) -> None:
    shelf: Shelf[bytes] = Shelf(3, 6, len)
    for name, data in puts:
        shelf.put(name, data)
        assert shelf.get(name) == data
        assert len(shelf) <= 3
        assert sum(map(len, shelf.all())) <= 6
