"""Models: https://platform.openai.com/docs/api-reference/models."""

from __future__ import annotations

from typing import Any

from brownout.dialects.family import family_path_of
from brownout.dialects.listing import listed
from brownout.dialects.openai import common as openai
from brownout.exchange import Answer, Call, Reply

PATH = "/v1/models"
# id → Unix second of its creation
MODELS = {
    "gpt-4o": 1715367049,
    "gpt-4o-mini": 1721172741,
    "gpt-4.1": 1744316542,
    "gpt-4.1-mini": 1744318173,
    "gpt-5": 1754425777,
    "gpt-5-mini": 1754425928,
    "gpt-image-1": 1745517030,
    "text-embedding-3-large": 1705953180,
    "text-embedding-3-small": 1705948997,
}


def model_id(call: Call) -> str | None:
    """The model that a path names."""
    return family_path_of(call).removeprefix(PATH).strip("/") or None


def _model(id: str) -> dict[str, Any]:
    return {"id": id, "object": "model", "created": MODELS.get(id, 1715367049), "owned_by": "system"}


class OpenAIModels(openai.OpenAIDialect):
    """``openai.models``: the list, and each by its id."""

    service = "openai.models"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """All models, one of them, or the deletion of a fine-tuned one; an answer without words is an empty list."""
        id = model_id(call)
        if id is None:
            known = listed(answer, MODELS, _model)
            return openai.ok(call, answer, {"object": "list", "data": known})
        if call.request.method == "DELETE":
            return openai.ok(call, answer, {"id": id, "object": "model", "deleted": True})
        return openai.ok(call, answer, _model(id))
