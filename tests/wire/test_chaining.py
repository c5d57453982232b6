"""Several edits, one after the other."""

from __future__ import annotations

from brownout.wire.chaining import Chain
from brownout.wire.edits import DropEvents, Duplicate, Picks, Reorder


def test_a_chain_gives_each_edit_what_the_one_before_has_made() -> None:
    events = [b"data: %d\n\n" % number for number in range(5)]
    editor = Chain((Duplicate(Picks(at=1)), DropEvents(Picks(at=3)), Reorder(Picks(at=4)))).editor()

    out = [each for index, event in enumerate(events) for each in editor.feed(index, event)]

    assert [*out, *editor.rest()] == [events[0], events[1], events[1], events[3], events[4]]
    assert Chain((Duplicate(Picks(at=1)), DropEvents(Picks(at=1)))).body(b"{}") == b"{}"


def test_what_the_first_of_a_chain_holds_back_still_passes_the_others() -> None:
    editor = Chain((Reorder(Picks(at=1)), Duplicate(Picks(at=1)))).editor()

    assert [editor.feed(index, event) for index, event in enumerate((b"a", b"b"))] == [(b"a",), ()]
    assert editor.rest() == (b"b", b"b")
