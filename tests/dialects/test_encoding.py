"""JSON, written at once or step by step."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from brownout.dialects.encoding import dump, dump_stepwise

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(VALUES)
def test_the_bytes_are_the_same_step_by_step(value: Any) -> None:
    assert dump_stepwise(value) == dump(value)
