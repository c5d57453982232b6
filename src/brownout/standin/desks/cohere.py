"""Cohere's desk: what is computed needs a body and a model."""

from __future__ import annotations

from brownout.dialects.cohere.models import MODELS, model_id
from brownout.exchange import Call
from brownout.standin.desk import Desk
from brownout.standin.recognise import Arrived

_COMPUTED = ("chat", "embeddings", "rerank")
_MODEL_FAMILIES = ("c4ai-", "command-", "embed-", "rerank-")


class CohereDesk(Desk):
    """Keeps nothing: the history of a conversation comes with every call."""

    no_model = "invalid request: model is required."

    def needs_body(self, arrived: Arrived) -> bool:
        return arrived.service.partition(".")[2] in _COMPUTED

    def needs_model(self, call: Call) -> bool:
        return call.part in _COMPUTED

    def unknown_model(self, call: Call) -> bool:
        """Whether a model is asked about that Cohere cannot have."""
        id = model_id(call) if call.part == "models" else None
        return id is not None and id not in MODELS and not id.startswith(_MODEL_FAMILIES)
