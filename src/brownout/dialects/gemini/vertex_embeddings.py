"""Embeddings on Vertex AI: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brownout.dialects.gemini import common as gemini
from brownout.dialects.gemini.embeddings import GeminiEmbeddings, dimensions, values
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Reply, Request

_MAX_INPUTS = 250


def _instances(request: Request) -> list[str]:
    """The texts that a prediction is asked for, at most as many as Vertex takes."""
    listed = request.json.get("instances")
    instances = list(gemini.objects(listed))[:_MAX_INPUTS] if isinstance(listed, list) else []
    return [string(instance.get("content")) or "" for instance in instances]


def _predicts(request: Request) -> bool:
    return request.path.rstrip("/").endswith(":predict")


class VertexEmbeddings(GeminiEmbeddings):
    """``vertex.embeddings``: older models predict one for each instance, newer ones embed one content."""

    service = "vertex.embeddings"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` holds all inputs."""
        if not _predicts(request):
            return super().read(request)
        return replace(gemini.read(self.service, request, ()), text="\n".join(_instances(request)))

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The vectors; an answer without words has none."""
        if not _predicts(call.request):
            return super().answer(call, answer)
        parameters = call.body.get("parameters")
        length = dimensions(call, gemini.given(parameters, "outputDimensionality"), answer)
        texts = _instances(call.request) if answer.pieces else []
        made = [self._prediction(text, length, answer) for text in texts]
        return gemini.ok(answer, {"predictions": made, "metadata": {"billableCharacterCount": len(call.text)}})

    def _prediction(self, text: str, length: int, answer: Answer) -> dict[str, Any]:
        statistics = {"truncated": False, "token_count": len(text.split())}
        return {"embeddings": {"values": values(text, length, answer), "statistics": statistics}}
