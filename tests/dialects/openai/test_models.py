"""The list of models, and each by its id."""

from __future__ import annotations

import json

import pytest
from openai.types import Model, ModelDeleted

from brownout.dialects.openai.models import MODELS, OpenAIModels
from brownout.exchange import Answer, Reply, Request

DIALECT = OpenAIModels()
ANSWER = Answer("0" * 32, 1, ("yes",), 0)


def answer(method: str, path: str, said: Answer = ANSWER) -> Reply:
    return DIALECT.answer(DIALECT.read(Request(method, "api.openai.com", path)), said)


def test_all_models_are_listed() -> None:
    listed = [
        Model.model_validate(model, strict=True) for model in json.loads(answer("GET", "/v1/models").body)["data"]
    ]
    assert [model.id for model in listed] == list(MODELS)


def test_an_answer_without_words_lists_none() -> None:
    empty = Answer("0" * 32, 1, (), 0)
    assert json.loads(answer("GET", "/v1/models", empty).body) == {"object": "list", "data": []}


def test_one_model_is_found_by_its_id() -> None:
    assert Model.model_validate_json(answer("GET", "/v1/models/gpt-4o").body, strict=True).id == "gpt-4o"


def test_a_fine_tuned_model_can_be_deleted() -> None:
    reply = answer("DELETE", "/v1/models/ft:gpt-4o:acme")
    assert ModelDeleted.model_validate_json(reply.body, strict=True).id == "ft:gpt-4o:acme"


def test_models_never_stream() -> None:
    call = DIALECT.read(Request("GET", "api.openai.com", "/v1/models"))
    with pytest.raises(ValueError, match=r"openai\.models never streams"):
        DIALECT.stream_head(call, ANSWER)
