"""Bedrock paths without a dialect of their own: they fail as all of Bedrock fails."""

from __future__ import annotations

from brownout.dialects.bedrock import BedrockDialect


class BedrockOther(BedrockDialect):
    """Guardrails, asynchronous calls and whatever else the hosts serve."""

    service = "bedrock.other"
