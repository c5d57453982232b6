"""Embeddings, as floats and as base64."""

from __future__ import annotations

import base64
import json
import math
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types import CreateEmbeddingResponse

from brownout.dialects.openai.embeddings import OpenAIEmbeddings, vector
from brownout.exchange import Answer, Call, Request, Vectors

DIALECT = OpenAIEmbeddings()
BUSY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
ANSWER = Answer("0" * 32, 1, ("yes",), 5)


def ask(body: dict[str, Any]) -> Call:
    return DIALECT.read(Request("POST", "api.openai.com", "/v1/embeddings", body=json.dumps(body).encode()))


def data(body: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DIALECT.answer(ask(body), ANSWER).body)["data"]
    return found


def test_floats_are_the_sdk_s_own_type() -> None:
    body = {"model": "text-embedding-3-small", "input": ["a", "b"], "encoding_format": "float"}
    reply = CreateEmbeddingResponse.model_validate_json(DIALECT.answer(ask(body), ANSWER).body, strict=True)
    assert [len(item.embedding) for item in reply.data] == [1536, 1536]
    assert math.isclose(math.fsum(x * x for x in reply.data[0].embedding), 1, abs_tol=1e-5)
    assert reply.usage.prompt_tokens == 5


def test_base64_holds_the_same_vector_in_little_endian() -> None:
    body = {"input": "hello", "dimensions": 8}
    packed = base64.b64decode(data({**body, "encoding_format": "base64"})[0]["embedding"])
    assert list(struct.unpack("<8f", packed)) == data(body)[0]["embedding"]


@pytest.mark.parametrize(
    ("given", "count"),
    [("a", 1), (["a", "b", "c"], 3), ([1, 2, 3], 1), ([[1, 2], [3]], 2), ([], 0), (None, 0), ({}, 0)],
)
def test_every_form_of_input_counts(given: Any, count: int) -> None:
    assert len(data({"input": given, "dimensions": 4})) == count


def test_the_large_model_has_more_dimensions() -> None:
    assert len(data({"model": "text-embedding-3-large", "input": "a"})[0]["embedding"]) == 3072


@pytest.mark.parametrize("form", ["float", "base64"])
@pytest.mark.parametrize(("vectors", "sound"), [("zero", lambda x: x == 0), ("nan", math.isnan)])
def test_numbers_that_mean_nothing_come_in_either_form(
    form: str, vectors: Vectors, sound: Callable[[float], bool]
) -> None:
    answer = replace(ANSWER, vectors=vectors)
    raw = DIALECT.answer(ask({"input": "a", "dimensions": 4, "encoding_format": form}), answer).body
    found = json.loads(raw)["data"][0]["embedding"]
    numbers = found if form == "float" else struct.unpack("<4f", base64.b64decode(found))
    assert len(numbers) == 4
    assert all(map(sound, numbers))
    assert (b"[NaN,NaN,NaN,NaN]" in raw) is (form == "float" and vectors == "nan")


def test_length_and_model_can_be_others_than_were_asked_for() -> None:
    answer = replace(ANSWER, dimensions=3, model="text-embedding-ada-002")
    body = json.loads(DIALECT.answer(ask({"input": "a", "dimensions": 4, "model": "m"}), answer).body)
    assert len(body["data"][0]["embedding"]) == 3
    assert body["model"] == "text-embedding-ada-002"


def test_text_holds_all_inputs() -> None:
    assert ask({"input": ["a bo-aaaaaaaaaaaa", "b"]}).text == "a bo-aaaaaaaaaaaa\nb"


@BUSY
@given(st.text(), st.text(), st.integers(min_value=1, max_value=64))
def test_a_vector_is_its_text_s_own_and_of_length_one(one: str, other: str, dimensions: int) -> None:
    assert vector(one, dimensions) == vector(one, dimensions)
    assert math.isclose(
        math.fsum(x * x for x in struct.unpack(f"<{dimensions}f", vector(one, dimensions))), 1, abs_tol=1e-5
    )
    assert one == other or vector(one, 64) != vector(other, 64)
