"""Foundation models, of the control plane.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
"""

from __future__ import annotations

from typing import Any

from brownout.dialects.bedrock import common as bedrock
from brownout.dialects.listing import listed
from brownout.exchange import Answer, Call, Reply

# id → maker, name
MODELS = {
    "amazon.nova-lite-v1:0": ("Amazon", "Nova Lite"),
    "amazon.nova-pro-v1:0": ("Amazon", "Nova Pro"),
    "amazon.titan-embed-text-v2:0": ("Amazon", "Titan Text Embeddings V2"),
    "anthropic.claude-haiku-4-5-20251001-v1:0": ("Anthropic", "Claude Haiku 4.5"),
    "anthropic.claude-sonnet-4-5-20250929-v1:0": ("Anthropic", "Claude Sonnet 4.5"),
    "meta.llama3-1-70b-instruct-v1:0": ("Meta", "Llama 3.1 70B Instruct"),
}


def _model(id: str) -> dict[str, Any]:
    maker, name = MODELS.get(id, ("", id))
    embeds = "embed" in id
    return {
        "modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{id}",
        "modelId": id,
        "modelName": name,
        "providerName": maker,
        "inputModalities": ["TEXT"],
        "outputModalities": ["EMBEDDING" if embeds else "TEXT"],
        "responseStreamingSupported": not embeds,
        "customizationsSupported": [],
        "inferenceTypesSupported": ["ON_DEMAND"],
        "modelLifecycle": {"status": "ACTIVE"},
    }


class BedrockModels(bedrock.BedrockDialect):
    """``bedrock.models``: the list, and each by its id."""

    service = "bedrock.models"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """All models, or the one that the path names; an answer without words is an empty list."""
        if call.model:
            return bedrock.ok(answer, {"modelDetails": _model(call.model)})
        return bedrock.ok(answer, {"modelSummaries": listed(answer, MODELS, _model)})
