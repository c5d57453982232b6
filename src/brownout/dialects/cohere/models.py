"""Models: https://docs.cohere.com/reference/list-models."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from brownout.dialects.cohere import common as cohere
from brownout.dialects.listing import listed
from brownout.exchange import Answer, Call, Reply

PATH = "/v1/models"
# name → tokens it takes, what it is for
MODELS: dict[str, tuple[int, tuple[str, ...]]] = {
    "command-a-03-2025": (288_000, ("chat",)),
    "command-r7b-12-2024": (132_000, ("chat",)),
    "command-r-plus-08-2024": (132_096, ("chat",)),
    "embed-v4.0": (8192, ("embed",)),
    "embed-english-v3.0": (512, ("embed",)),
    "embed-multilingual-v3.0": (512, ("embed",)),
    "rerank-v3.5": (4096, ("rerank",)),
}


def model_id(call: Call) -> str | None:
    """The model that a path names."""
    return unquote(call.request.path.removeprefix(PATH).strip("/")) or None


def _model(name: str) -> dict[str, Any]:
    length, endpoints = MODELS.get(name, (128_000, ("chat",)))
    return {
        "name": name,
        "is_deprecated": False,
        "endpoints": list(endpoints),
        "finetuned": False,
        "context_length": length,
        "tokenizer_url": None,
        "default_endpoints": [],
        "features": None,
    }


class CohereModels(cohere.CohereDialect):
    """``cohere.models``: the list, and each by its name."""

    service = "cohere.models"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """All models, or the one that the path names; an answer without words is an empty list."""
        id = model_id(call)
        if id is not None:
            return cohere.ok(answer, _model(id))
        return cohere.ok(answer, {"models": listed(answer, MODELS, _model)})
