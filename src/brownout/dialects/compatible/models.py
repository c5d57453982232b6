"""Models of a platform that speaks as OpenAI does."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from brownout.dialects.compatible.accent import NEUTRAL
from brownout.dialects.compatible.accents import accent_of
from brownout.dialects.listing import listed
from brownout.dialects.openai import common as openai
from brownout.dialects.openai.models import OpenAIModels, model_id
from brownout.exchange import Answer, Call, Reply

_CREATED = 1_750_000_000


class CompatibleModels(OpenAIModels):
    """``PROVIDER.models``: a few well-known names, and any model by its id."""

    def model(self, call: Call, id: str) -> dict[str, Any]:
        return {"id": id, "object": "model", "created": _CREATED, "owned_by": call.provider}

    def answer(self, call: Call, answer: Answer) -> Reply:
        """All models, or one of them; an answer without words is an empty list."""
        id = model_id(call)
        if id is not None:
            return openai.ok(call, answer, self.model(call, unquote(id)))  # names such as openai/gpt-4o-mini
        names = (accent_of(call.provider) or NEUTRAL).models
        known = listed(answer, names, lambda name: self.model(call, name))
        return openai.ok(call, answer, {"object": "list", "data": known})
