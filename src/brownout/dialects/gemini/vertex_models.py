"""Models on Vertex AI: https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models."""

from __future__ import annotations

from typing import Any

from brownout.dialects.gemini import common as gemini
from brownout.dialects.gemini.models import MODELS
from brownout.dialects.listing import listed
from brownout.exchange import Answer, Call, Reply


def _model(id: str) -> dict[str, Any]:
    return {
        "name": f"publishers/google/models/{id}",
        "versionId": "default",
        "openSourceCategory": "PROPRIETARY",
        "launchStage": "GA",
    }


class VertexModels(gemini.GeminiDialect):
    """``vertex.models``: the publisher's list, and each by its name."""

    service = "vertex.models"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """All models, or the one that the path names; an answer without words is an empty list."""
        if call.model is not None:
            return gemini.ok(answer, _model(call.model))
        known = listed(answer, MODELS, _model)
        return gemini.ok(answer, {"publisherModels": known} if known else {})
