"""Embeddings: https://docs.cohere.com/reference/embed."""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.cohere import common as cohere
from brownout.dialects.encoding import dump_stepwise
from brownout.dialects.headers import uuid
from brownout.dialects.openai.embeddings import vector
from brownout.dialects.reading import string, text_of
from brownout.exchange import Answer, Call, Reply, Request

_MAX_INPUTS = 96
_MAX_DIMENSIONS = 1536
_DIMENSIONS = {"embed-english-light-v3.0": 384, "embed-multilingual-light-v3.0": 384}
_OLDER = 1024
"""Numbers in a vector of the models before ``embed-v4.0``."""


def _inputs(body: dict[str, Any]) -> list[str]:
    """One text an embedding: plain texts, or inputs of texts and images."""
    for key in ("texts", "inputs", "images"):
        given = body.get(key)
        if isinstance(given, list) and given:
            return [_text(item) for item in given[:_MAX_INPUTS]]
    return []


def _text(item: Any) -> str:
    return text_of(item.get("content")) if isinstance(item, dict) else string(item) or ""


def _dimensions(call: Call, answer: Answer) -> int:
    if answer.dimensions is not None:
        return answer.dimensions
    wanted = call.body.get("output_dimension")
    if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted > 0:
        return min(wanted, _MAX_DIMENSIONS)
    usual = _OLDER if "v3" in (call.model or "") else _MAX_DIMENSIONS
    return _DIMENSIONS.get(call.model or "", usual)


def _vector(text: str, length: int, answer: Answer) -> list[float]:
    if answer.vectors is not None:
        return [0.0 if answer.vectors == "zero" else math.nan] * length
    return list(struct.unpack(f"<{length}f", vector(text, length)))


def _scaled(values: list[float]) -> list[int]:
    """From -128 to 127, as much of it as the largest number needs."""
    most = max((abs(value) for value in values if math.isfinite(value)), default=0.0) or 1.0
    return [round(value / most * 127) if math.isfinite(value) else 0 for value in values]


def _bits(values: list[float]) -> list[int]:
    """Eight signs a byte, the first in the highest bit."""
    signs = [value > 0 for value in values]
    return [
        sum(sign << (7 - at) for at, sign in enumerate(signs[start : start + 8])) for start in range(0, len(signs), 8)
    ]


def _packed(values: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


_FORMS: dict[str, Callable[[list[float]], Any]] = {
    "base64": _packed,
    "binary": lambda values: [byte - 128 for byte in _bits(values)],
    "float": lambda values: values,
    "int8": _scaled,
    "ubinary": _bits,
    "uint8": lambda values: [value + 128 for value in _scaled(values)],
}


def _forms(body: dict[str, Any]) -> list[str]:
    wanted = body.get("embedding_types")
    forms = [form for form in wanted if isinstance(form, str)] if isinstance(wanted, list) else []
    return [form for form in dict.fromkeys(forms) if form in _FORMS] or ["float"]


class CohereEmbeddings(cohere.CohereDialect):
    """``cohere.embeddings``: a vector for each text, in each of the forms that are asked for."""

    service = "cohere.embeddings"
    pace: Pace = "once"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` holds all inputs."""
        return replace(cohere.read(self.service, request), text="\n".join(_inputs(request.json)))

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The vectors; an answer without words has none."""
        texts = _inputs(call.body) if answer.pieces else []
        length = _dimensions(call, answer)
        vectors = [_vector(text, length, answer) for text in texts]
        body = {
            "id": uuid("cohere", answer.id),
            "texts": texts,
            "embeddings": {form: [_FORMS[form](values) for values in vectors] for form in _forms(call.body)},
            "meta": cohere.meta(input_tokens=answer.input_tokens),
            "response_type": "embeddings_by_type",
        }
        return cohere.ok(answer, body, dump_stepwise)
