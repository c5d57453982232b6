"""Cohere's vectors, in every form."""

from __future__ import annotations

import base64
import json
import math
import struct
from dataclasses import replace
from typing import Any

import pytest

from brownout.dialects.cohere.embeddings import CohereEmbeddings
from brownout.exchange import Answer, Call, Request

DIALECT = CohereEmbeddings()
ANSWER = Answer("ab" * 16, 0, ("done",), 4)
FORMS = ["base64", "binary", "float", "int8", "ubinary", "uint8"]


def call(**body: Any) -> Call:
    return DIALECT.read(Request("POST", "host", "/v2/embed", body=json.dumps({"model": "embed-v4.0", **body}).encode()))


def said(asked: Call, answer: Answer = ANSWER) -> Any:
    return json.loads(DIALECT.answer(asked, answer).body)


def test_floats_are_the_usual_form() -> None:
    asked = call(texts=["a", "b"])
    first, second = said(asked)["embeddings"]["float"]

    assert asked.text == "a\nb"
    assert len(first) == 1536
    assert first != second
    assert math.isclose(math.fsum(value * value for value in first), 1, rel_tol=1e-3)


def test_all_forms_say_the_same() -> None:
    found = said(call(texts=["a"], embedding_types=FORMS, output_dimension=16))["embeddings"]
    floats = found["float"][0]
    signs = [value > 0 for value in floats]

    assert sorted(found) == FORMS
    assert list(struct.unpack("<16f", base64.b64decode(found["base64"][0]))) == pytest.approx(floats)
    assert [value > 0 for value in found["int8"][0]] == signs
    assert all(-128 <= value <= 127 for value in found["int8"][0])
    assert [value - 128 for value in found["uint8"][0]] == found["int8"][0]
    assert [bool(byte >> (7 - at) & 1) for byte in found["ubinary"][0] for at in range(8)] == signs
    assert [byte + 128 for byte in found["binary"][0]] == found["ubinary"][0]


@pytest.mark.parametrize(
    ("model", "length"),
    [("embed-v4.0", 1536), ("embed-english-v3.0", 1024), ("embed-english-light-v3.0", 384)],
)
def test_models_have_their_own_lengths(model: str, length: int) -> None:
    assert len(said(call(model=model, texts=["a"]))["embeddings"]["float"][0]) == length


def test_inputs_may_hold_blocks() -> None:
    asked = call(inputs=[{"content": [{"type": "text", "text": "a"}]}])

    assert asked.text == "a"
    assert len(said(asked)["embeddings"]["float"]) == 1


def test_vectors_may_be_of_another_length_or_mean_nothing() -> None:
    asked = call(texts=["a"], output_dimension=4, embedding_types=["float", "int8"])

    assert len(said(asked, replace(ANSWER, dimensions=9))["embeddings"]["float"][0]) == 9
    assert said(asked, replace(ANSWER, vectors="zero"))["embeddings"]["float"] == [[0.0] * 4]
    assert all(map(math.isnan, said(asked, replace(ANSWER, vectors="nan"))["embeddings"]["float"][0]))


def test_an_answer_without_words_has_no_vectors() -> None:
    assert said(call(texts=["a"]), replace(ANSWER, pieces=()))["embeddings"] == {"float": []}
