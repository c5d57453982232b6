"""Models of Mistral: https://docs.mistral.ai/api/endpoint/models."""

from __future__ import annotations

from typing import Any

from brownout.dialects.compatible.models import CompatibleModels
from brownout.exchange import Call

_CAN = ("completion_chat", "completion_fim", "function_calling", "fine_tuning", "vision", "classification")


class MistralModels(CompatibleModels):
    """``mistral.models``: the list, and each by its id, with the capabilities that Mistral names."""

    service = "mistral.models"

    def model(self, call: Call, id: str) -> dict[str, Any]:
        """A model with what it is capable of."""
        able = ("completion_fim",) if id.startswith("codestral") else ("function_calling",)
        can = {} if "embed" in id else dict.fromkeys(("completion_chat", *able), True)
        common = {**super().model(call, id), "owned_by": "mistralai", "name": id, "description": id, "type": "base"}
        return {**common, "capabilities": dict.fromkeys(_CAN, False) | can, "max_context_length": 131072, "aliases": []}
