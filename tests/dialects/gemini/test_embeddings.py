"""Gemini's vectors."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

from brownout.dialects.gemini.embeddings import GeminiEmbeddings
from brownout.exchange import Answer, Call, Request

DIALECT = GeminiEmbeddings()
ANSWER = Answer("ab" * 16, 0, ("done",), 4)


def call(method: str, model: str = "gemini-embedding-001", **body: Any) -> Call:
    return DIALECT.read(Request("POST", "host", f"/v1beta/models/{model}:{method}", body=json.dumps(body).encode()))


def one(text: str, **more: Any) -> dict[str, Any]:
    return {"content": {"parts": [{"text": text}]}, **more}


def said(asked: Call, answer: Answer = ANSWER) -> Any:
    return json.loads(DIALECT.answer(asked, answer).body)


def test_one_content_has_one_vector_of_length_one() -> None:
    values = said(call("embedContent", **one("a")))["embedding"]["values"]

    assert len(values) == 3072
    assert math.isclose(math.fsum(value * value for value in values), 1, rel_tol=1e-3)


def test_a_batch_has_a_vector_for_each() -> None:
    asked = call("batchEmbedContents", requests=[one("a", outputDimensionality=8), one("b"), one("a")])
    first, second, third = (one["values"] for one in said(asked)["embeddings"])

    assert asked.text == "a\nb\na"
    assert (len(first), len(second)) == (8, 3072)
    assert third != second
    assert third == said(call("embedContent", **one("a")))["embedding"]["values"]


def test_older_models_have_shorter_vectors() -> None:
    assert len(said(call("embedContent", "text-embedding-004", **one("a")))["embedding"]["values"]) == 768


def test_vectors_may_be_of_another_length_or_mean_nothing() -> None:
    asked = call("embedContent", **one("a"), outputDimensionality=4)

    assert len(said(asked, replace(ANSWER, dimensions=5000))["embedding"]["values"]) == 5000
    assert said(asked, replace(ANSWER, vectors="zero"))["embedding"]["values"] == [0.0] * 4
    assert said(asked, replace(ANSWER, vectors="nan"))["embedding"]["values"] == ["NaN"] * 4


def test_an_answer_without_words_has_no_vectors() -> None:
    empty = replace(ANSWER, pieces=())

    assert said(call("batchEmbedContents", requests=[one("a")]), empty) == {}
    assert said(call("embedContent", **one("a")), empty) == {"embedding": {"values": []}}
