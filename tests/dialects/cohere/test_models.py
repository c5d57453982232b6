"""The models that Cohere has."""

from __future__ import annotations

import json
from typing import Any

from brownout.dialects.cohere.models import MODELS, CohereModels
from brownout.exchange import Answer, Request

DIALECT = CohereModels()


def said(path: str, pieces: tuple[str, ...] = ("done",)) -> Any:
    call = DIALECT.read(Request("GET", "host", path))
    return json.loads(DIALECT.answer(call, Answer("ab" * 16, 0, pieces, 4)).body)


def test_they_are_listed_and_described() -> None:
    listed = said("/v1/models")["models"]

    assert [model["name"] for model in listed] == list(MODELS)
    assert said("/v1/models/embed-v4.0") in listed
    assert said("/v1/models", ()) == {"models": []}
