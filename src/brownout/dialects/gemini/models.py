"""Models: https://ai.google.dev/api/models."""

from __future__ import annotations

from typing import Any

from brownout.dialects.gemini import common as gemini
from brownout.dialects.listing import listed
from brownout.exchange import Answer, Call, Reply

# id → name for people
MODELS = {
    "gemini-3-pro-preview": "Gemini 3 Pro Preview",
    "gemini-2.5-pro": "Gemini 2.5 Pro",
    "gemini-2.5-flash": "Gemini 2.5 Flash",
    "gemini-2.5-flash-lite": "Gemini 2.5 Flash-Lite",
    "gemini-embedding-001": "Gemini Embedding 001",
}
_GENERATES = ["generateContent", "countTokens", "createCachedContent", "batchGenerateContent"]
_EMBEDS = ["embedContent", "countTextTokens", "countTokens", "asyncBatchEmbedContent"]


def _model(id: str) -> dict[str, Any]:
    fields = {"name": f"models/{id}", "version": "001", "displayName": MODELS.get(id, id)}
    if "embedding" in id:
        return {**fields, "inputTokenLimit": 2048, "outputTokenLimit": 1, "supportedGenerationMethods": _EMBEDS}
    limits = {"inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536, "supportedGenerationMethods": _GENERATES}
    return {**fields, **limits, "temperature": 1, "topP": 0.95, "topK": 64, "maxTemperature": 2, "thinking": True}


class GeminiModels(gemini.GeminiDialect):
    """``gemini.models``: the list, and each by its name."""

    service = "gemini.models"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """All models, or the one that the path names; an answer without words is an empty list."""
        if call.model is not None:
            return gemini.ok(answer, _model(call.model))
        known = listed(answer, MODELS, _model)
        return gemini.ok(answer, {"models": known} if known else {})
