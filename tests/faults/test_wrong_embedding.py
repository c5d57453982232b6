"""Vectors of no use."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from support.made import made

from brownout.exchange import Call
from brownout.faults import Fault, Strike
from brownout.rule import Rule


def vector(fault: Fault, strike: Strike) -> list[float]:
    answer = made(fault.program(strike))
    assert answer.status == 200
    found: list[float] = answer.json["data"][0]["embedding"]
    return found


@pytest.mark.parametrize(("settings", "length"), [({}, 8), ({"dimensions": 3}, 3)])
def test_the_length_is_another_than_was_asked_for(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], settings: dict[str, Any], length: int
) -> None:
    assert len(vector(fault_for("wrong_embedding", **settings), strike_for("openai.embeddings"))) == length


@pytest.mark.parametrize(("wrong", "holds"), [("zero", lambda x: x == 0), ("nan", math.isnan)])
def test_numbers_that_mean_nothing_keep_the_length(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], wrong: str, holds: Callable[[float], bool]
) -> None:
    numbers = vector(fault_for("wrong_embedding", wrong=wrong), strike_for("openai.embeddings"))

    assert len(numbers) == 1536
    assert all(map(holds, numbers))


def test_only_embeddings_can_show_it(rule_for: Callable[..., Rule], call_for: Callable[..., Call]) -> None:
    rule = rule_for("wrong_embedding", on="*")

    assert "openai.embeddings" in rule.covers
    assert "openai.chat" not in rule.covers
    assert rule.kind.applies(call_for("openai.embeddings"))
    assert not rule.kind.applies(call_for("openai.embeddings", method="GET"))
