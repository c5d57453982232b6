"""Requests that reach the platform twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brownout.effects import Again, Forward
from brownout.faults import Strike
from brownout.rule import Rule


@pytest.mark.parametrize("stream", [False, True])
def test_a_second_delivery_comes_before_the_answer(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], stream: bool
) -> None:
    assert rule_for("request_duplicated").program(strike_for(stream=stream)) == (Again(), Forward())
