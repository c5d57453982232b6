"""OpenAI paths without a dialect of their own: they fail as all of OpenAI fails."""

from __future__ import annotations

from brownout.dialects.openai import OpenAIDialect


class OpenAIOther(OpenAIDialect):
    """Files, audio, moderations and whatever else the host serves."""

    service = "openai.other"
