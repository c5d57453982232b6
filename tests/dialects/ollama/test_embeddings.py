"""Embeddings by both of their paths."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from support.ollama_calls import ANSWER, call_for

from brownout.dialects import DIALECTS

DIALECT = DIALECTS["ollama.embeddings"]


def answered(path: str, changes: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    reply = DIALECT.answer(call_for(path, model="nomic-embed-text", **body), replace(ANSWER, **(changes or {})))
    assert reply.status == 200
    value: dict[str, Any] = json.loads(reply.body)
    return value


@pytest.mark.parametrize(("given", "count"), [("one", 1), (["one", "two"], 2), ([], 0), (7, 0)])
def test_there_is_a_vector_for_each_text(given: object, count: int) -> None:
    value = answered("/api/embed", input=given)

    assert value["model"] == "nomic-embed-text"
    assert [len(vector) for vector in value["embeddings"]] == [768] * count
    assert all(math.isclose(math.fsum(x * x for x in vector), 1, rel_tol=1e-5) for vector in value["embeddings"])


def test_the_older_path_has_one_vector_for_the_prompt() -> None:
    assert answered("/api/embeddings", prompt="one") == {
        "embedding": answered("/api/embed", input="one")["embeddings"][0]
    }


@pytest.mark.parametrize(("asked", "length"), [(64, 64), (100_000, 4096), (-1, 768), (True, 768)])
def test_the_length_can_be_asked_for(asked: object, length: int) -> None:
    assert len(answered("/api/embed", input="x", dimensions=asked)["embeddings"][0]) == length


def test_vectors_can_be_of_another_length_or_mean_nothing() -> None:
    assert answered("/api/embed", {"dimensions": 3, "vectors": "zero"}, input="x")["embeddings"] == [[0.0, 0.0, 0.0]]
    assert answered("/api/embed", {"pieces": ()}, input="x")["embeddings"] == []
    assert answered("/api/embeddings", {"pieces": ()}, prompt="x") == {"embedding": []}


def test_numbers_that_are_none_cannot_be_written_and_are_a_server_error() -> None:
    reply = DIALECT.answer(call_for("/api/embed", model="x", input="y"), replace(ANSWER, vectors="nan"))

    assert reply.status == 500
    assert json.loads(reply.body) == {"error": "failed to encode response: json: unsupported value: NaN"}
