"""Embeddings: https://ai.google.dev/api/embeddings."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.gemini import common as gemini
from brownout.dialects.openai.embeddings import vector
from brownout.dialects.reading import text_of
from brownout.exchange import Answer, Call, Reply, Request

_MAX_INPUTS = 250
_MAX_DIMENSIONS = 3072
_DIMENSIONS = {"embedding-001": 768, "text-embedding-004": 768, "text-embedding-005": 768}


def dimensions(call: Call, asked: Any, answer: Answer) -> int:
    """How long a vector is: as the answer says, else as was asked, else as the model's are."""
    wanted = answer.dimensions or asked
    if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted > 0:
        return min(wanted, _MAX_DIMENSIONS) if answer.dimensions is None else wanted
    return _DIMENSIONS.get(call.model or "", _MAX_DIMENSIONS)


def values(text: str, length: int, answer: Answer) -> list[float] | list[str]:
    """A unit vector, the same for the same text. Google's JSON writes a number that is none as a text."""
    if answer.vectors == "nan":
        return ["NaN"] * length
    if answer.vectors == "zero":
        return [0.0] * length
    return list(struct.unpack(f"<{length}f", vector(text, length)))


def _text(request: Any) -> str:
    content = gemini.given(request, "content")
    return text_of(list(gemini.objects(gemini.given(content, "parts"))))


def _is_batch(request: Request) -> bool:
    return request.path.rstrip("/").endswith(":batchEmbedContents")


def _requests(request: Request) -> list[dict[str, Any]]:
    """One request a text; a batch has a list of them."""
    if not _is_batch(request):
        return [request.json]
    listed = request.json.get("requests")
    return list(gemini.objects(listed))[:_MAX_INPUTS] if isinstance(listed, list) else []


class GeminiEmbeddings(gemini.GeminiDialect):
    """``gemini.embeddings``: a vector for one text, or one for each of a batch."""

    service = "gemini.embeddings"
    pace: Pace = "once"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` holds all inputs."""
        texts = [_text(content) for content in _requests(request)]
        return replace(gemini.read(self.service, request, ()), text="\n".join(texts))

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The vectors; an answer without words has none."""
        made = []
        for request in _requests(call.request) if answer.pieces else []:
            length = dimensions(call, gemini.given(request, "outputDimensionality"), answer)
            made.append({"values": values(_text(request), length, answer)})
        if _is_batch(call.request):
            return gemini.ok(answer, {"embeddings": made} if made else {})
        return gemini.ok(answer, {"embedding": made[0] if made else {"values": []}})
