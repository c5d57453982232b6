"""Embeddings: https://platform.openai.com/docs/api-reference/embeddings."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import struct
from dataclasses import replace
from itertools import repeat
from operator import mul, truediv
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.encoding import dump_stepwise
from brownout.dialects.openai import common as openai
from brownout.exchange import Answer, Call, Reply, Request

_MAX_DIMENSIONS = 3072
_DIMENSIONS = {"text-embedding-3-large": 3072}
_MAX_INPUTS = 2048


def _one(given: Any) -> str:
    if isinstance(given, list):
        return json.dumps([token for token in given if isinstance(token, int)])
    return given if isinstance(given, str) else ""


def _inputs(body: dict[str, Any]) -> list[str]:
    """One text an embedding; a list of token numbers counts as one text."""
    given = body.get("input")
    if isinstance(given, str):
        return [given]
    if not isinstance(given, list) or not given:
        return []
    if all(isinstance(token, int) for token in given):
        return [json.dumps(given)]
    return [_one(text) for text in given[:_MAX_INPUTS]]


def _dimensions(call: Call) -> int:
    wanted = call.body.get("dimensions")
    if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted > 0:
        return min(wanted, _MAX_DIMENSIONS)
    return _DIMENSIONS.get(call.model or "", 1536)


def vector(text: str, dimensions: int) -> bytes:
    """A unit vector, the same for the same text, as little-endian float32."""
    noise = hashlib.shake_128(text.encode("utf-8", "surrogatepass")).digest(4 * dimensions)
    raw = struct.unpack(f"<{dimensions}i", noise)
    length = math.sqrt(math.fsum(map(mul, raw, raw))) or 1.0
    return struct.pack(f"<{dimensions}f", *map(truediv, raw, repeat(length)))


def _packed(text: str, call: Call, answer: Answer) -> bytes:
    """The vector that is sent: the text's own, unless the answer says otherwise."""
    dimensions = answer.dimensions or _dimensions(call)
    if answer.vectors is None:
        return vector(text, dimensions)
    return struct.pack("<f", 0.0 if answer.vectors == "zero" else math.nan) * dimensions


def _embedding(text: str, call: Call, answer: Answer) -> str | list[float]:
    """A vector as base64 or as floats; a broken float is the word ``NaN``, which most parsers of JSON take."""
    packed = _packed(text, call, answer)
    if call.body.get("encoding_format") == "base64":
        return base64.b64encode(packed).decode()
    return list(struct.unpack(f"<{len(packed) // 4}f", packed))


class OpenAIEmbeddings(openai.OpenAIDialect):
    """``openai.embeddings``: a vector for each text, as floats unless base64 is asked for, which the SDKs do."""

    service = "openai.embeddings"
    pace: Pace = "once"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` holds all inputs."""
        return replace(openai.read(self.service, request, ()), text="\n".join(_inputs(request.json)), stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The vectors; an answer without words has none."""
        texts = _inputs(call.body) if answer.pieces else []
        data = [
            {"object": "embedding", "index": index, "embedding": _embedding(text, call, answer)}
            for index, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": answer.input_tokens, "total_tokens": answer.input_tokens}
        model = answer.model or call.model
        body = {"object": "list", "data": data, "model": model, "usage": usage}
        return openai.ok(call, answer, body, dump_stepwise)
