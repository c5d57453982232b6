"""What an application says of who answered, as values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.load.shown_source import MOST, name_in, tokens_in

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda each: st.lists(each, max_size=2)
)


@pytest.mark.parametrize(
    ("value", "tokens"),
    [
        (0, 0),
        (12.0, 12),
        ("1,234", 1234),
        (" 12 ", 12),
        ("12 tokens", None),
        (1.5, None),
        (True, None),
        (-1, None),
        (10**30, None),
        ("9" * 15, None),
        (float("nan"), None),
        ({"total": 1}, None),
    ],
)
def test_tokens_are_a_whole_number_that_could_be_meant(value: Any, tokens: int | None) -> None:
    assert tokens_in(value) == tokens


@given(JSON)
def test_nothing_is_too_odd_to_be_looked_at(value: Any) -> None:
    tokens, name = tokens_in(value), name_in(value)
    assert tokens is None or 0 <= tokens < MOST
    assert name is None or name.strip() == name != ""
