"""The models that Gemini and Vertex AI have."""

from __future__ import annotations

import json
from typing import Any

from brownout.dialects.gemini.models import MODELS, GeminiModels
from brownout.dialects.gemini.vertex_models import VertexModels
from brownout.exchange import Answer, Request

ANSWER = Answer("ab" * 16, 0, ("done",), 4)
EMPTY = Answer("ab" * 16, 0, (), 4)


def said(dialect: GeminiModels | VertexModels, path: str, answer: Answer = ANSWER) -> Any:
    return json.loads(dialect.answer(dialect.read(Request("GET", "host", path)), answer).body)


def test_gemini_lists_and_describes_them() -> None:
    listed = said(GeminiModels(), "/v1beta/models")["models"]

    assert [model["name"] for model in listed] == [f"models/{id}" for id in MODELS]
    assert said(GeminiModels(), "/v1beta/models/gemini-2.5-flash") in listed
    assert said(GeminiModels(), "/v1beta/models", EMPTY) == {}


def test_vertex_lists_and_describes_them() -> None:
    dialect = VertexModels("vertex")
    listed = said(dialect, "/v1beta1/publishers/google/models")["publisherModels"]

    assert [model["name"] for model in listed] == [f"publishers/google/models/{id}" for id in MODELS]
    assert said(dialect, "/v1beta1/publishers/google/models/gemini-2.5-flash") in listed
    assert said(dialect, "/v1beta1/publishers/google/models", EMPTY) == {}


def test_what_embeds_does_not_generate() -> None:
    methods = said(GeminiModels(), "/v1beta/models/gemini-embedding-001")["supportedGenerationMethods"]

    assert "embedContent" in methods
    assert "generateContent" not in methods
