"""Whether anybody could see an edit at work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.edge.changes import Changes
from brownout.effects import Edit
from brownout.wire.edits import Corrupt, DropEvents, Duplicate, Picks, Reorder

EVENTS = st.lists(st.sampled_from([b"data: {1}\n\n", b"data: {2}\n\n", b"data: [DONE]\n\n"]), max_size=8)
PICKS = st.builds(Picks, at=st.none() | st.integers(0, 9), each=st.sampled_from([0.0, 0.5, 1.0]))
EDITS = st.one_of(*(st.builds(kind, PICKS) for kind in (Duplicate, DropEvents, Reorder, Corrupt)))


def play(edit: Edit, events: list[bytes]) -> tuple[list[bytes], bool]:
    changes = Changes(edit)
    out = [piece for event in events for piece in changes.feed(event)]
    out += changes.rest()
    return out, changes.visible


@given(EDITS, EVENTS)
def test_a_change_is_visible_exactly_where_something_else_went_out(edit: Edit, events: list[bytes]) -> None:
    out, visible = play(edit, events)

    assert visible == (out != events)


@pytest.mark.parametrize(("at", "visible"), [(0, True), (2, False), (9, False)])
def test_an_event_that_nothing_follows_changes_no_places(at: int, visible: bool) -> None:
    assert play(Reorder(Picks(at=at)), [b"1\n", b"2\n", b"3\n"])[1] is visible


def test_it_is_visible_no_sooner_than_it_is_seen() -> None:
    changes = Changes(DropEvents(Picks(at=0)))

    assert (changes.feed(b"1\n"), changes.visible) == ((), False)
    assert (changes.feed(b"2\n"), changes.visible) == ((b"2\n",), True)
