"""Lists of models."""

from __future__ import annotations

from typing import Any

from brownout.dialects.listing import listed
from brownout.exchange import Answer


def model(name: str) -> dict[str, Any]:
    return {"id": name}


def test_each_model_is_listed_in_the_platforms_form_and_in_order() -> None:
    assert listed(Answer("ab", 0, ("some",), 1), {"b": 1, "a": 2}, model) == [{"id": "b"}, {"id": "a"}]


def test_an_answer_without_words_is_an_empty_list() -> None:
    assert listed(Answer("ab", 0, (), 1), ["a"], model) == []
