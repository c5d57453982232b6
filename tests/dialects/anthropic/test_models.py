"""The list of models and each of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from brownout.dialects.anthropic.models import MODELS, AnthropicModels
from brownout.exchange import Answer, Call, Request

ANSWER = Answer("ab" * 16, 1_763_000_000, ("ok",), 1)


def call(path: str) -> Call:
    return AnthropicModels().read(Request("GET", "api.anthropic.com", path))


def test_the_list_names_its_ends() -> None:
    page = json.loads(AnthropicModels().answer(call("/v1/models"), ANSWER).body)

    assert [model["id"] for model in page["data"]] == list(MODELS)
    assert (page["first_id"], page["last_id"]) == (page["data"][0]["id"], page["data"][-1]["id"])
    assert page["has_more"] is False


def test_an_answer_without_words_is_an_empty_list() -> None:
    page = json.loads(AnthropicModels().answer(call("/v1/models"), replace(ANSWER, pieces=())).body)

    assert page == {"data": [], "has_more": False, "first_id": None, "last_id": None}


@pytest.mark.parametrize(
    ("id", "name", "created"),
    [
        ("claude-haiku-4-5-20251001", "Claude Haiku 4.5", "2025-10-01T00:00:00Z"),
        ("claude-of-tomorrow", "claude-of-tomorrow", "1970-01-01T00:00:00Z"),
    ],
)
def test_one_model_is_described(id: str, name: str, created: str) -> None:
    model = json.loads(AnthropicModels().answer(call(f"/v1/models/{id}"), ANSWER).body)

    assert (model["type"], model["id"], model["display_name"], model["created_at"]) == ("model", id, name, created)
