"""Requests that reach the platform twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brownout.effects import Again, Forward
from brownout.faults import Fault, Strike


@pytest.mark.parametrize("stream", [False, True])
def test_a_second_delivery_comes_before_the_answer(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool
) -> None:
    assert fault_for("request_duplicated").program(strike_for(stream=stream)) == (Again(), Forward())
