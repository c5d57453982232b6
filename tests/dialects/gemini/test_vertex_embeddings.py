"""Vertex AI's vectors: predictions of older models, contents of newer ones."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from brownout.dialects.gemini.vertex_embeddings import VertexEmbeddings
from brownout.exchange import Answer, Call, Request

DIALECT = VertexEmbeddings("vertex")
ANSWER = Answer("ab" * 16, 0, ("done",), 4)
PLACE = "/v1/projects/p/locations/us-central1/publishers/google/models"


def call(model_and_method: str, **body: Any) -> Call:
    return DIALECT.read(Request("POST", "host", f"{PLACE}/{model_and_method}", body=json.dumps(body).encode()))


def said(asked: Call, answer: Answer = ANSWER) -> Any:
    return json.loads(DIALECT.answer(asked, answer).body)


def test_each_instance_is_predicted() -> None:
    instances = [{"content": "a b"}, {"content": "c"}]
    asked = call("text-embedding-005:predict", instances=instances, parameters={"outputDimensionality": 8})
    first, second = said(asked)["predictions"]

    assert asked.text == "a b\nc"
    assert len(first["embeddings"]["values"]) == 8
    assert first["embeddings"]["statistics"] == {"truncated": False, "token_count": 2}
    assert first != second


def test_length_and_sense_of_a_prediction_may_be_broken() -> None:
    asked = call("text-embedding-005:predict", instances=[{"content": "a"}])

    assert len(said(asked)["predictions"][0]["embeddings"]["values"]) == 768
    broken = said(asked, replace(ANSWER, dimensions=3, vectors="zero"))
    assert broken["predictions"][0]["embeddings"]["values"] == [0.0] * 3
    assert said(asked, replace(ANSWER, pieces=()))["predictions"] == []


def test_a_content_is_embedded_as_gemini_does_it() -> None:
    asked = call("gemini-embedding-001:embedContent", content={"parts": [{"text": "a"}]})

    assert len(said(asked)["embedding"]["values"]) == 3072
