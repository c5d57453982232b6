"""How the stand-in learns that work will fail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.wire.edits_fate import FATE, Doomed, doom_of

DOOMS = st.builds(
    Doomed,
    st.sampled_from(["failed", "expired"]),
    st.sampled_from(["server_error", "rate_limit"]),
    st.none() | st.text(),
    st.none() | st.integers(0, 200_000),
)


@given(doom=DOOMS, body=st.dictionaries(st.text(max_size=5), st.integers(), max_size=3))
def test_a_mark_is_read_as_it_was_written(doom: Doomed, body: dict[str, int]) -> None:
    marked = json.loads(doom.body(json.dumps(body).encode()))

    assert doom_of(marked) == doom
    assert {name: item for name, item in marked.items() if name != FATE} == body


@pytest.mark.parametrize("body", [{}, {FATE: None}, {FATE: "failed"}])
def test_without_a_mark_nothing_is_doomed(body: dict[str, Any]) -> None:
    assert doom_of(body) is None


def test_what_is_no_object_stays_as_it_was() -> None:
    assert Doomed().body(b"[1]") == b"[1]"
    assert Doomed().body(b"no JSON") == b"no JSON"
