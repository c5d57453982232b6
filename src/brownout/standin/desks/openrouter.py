"""OpenRouter's desk: a call without a model gets words of its own."""

from __future__ import annotations

from brownout.exchange import Call
from brownout.standin.openai.desk import OpenAIDesk
from brownout.standin.recognise import Arrived


class OpenRouterDesk(OpenAIDesk):
    """OpenAI's desk, which takes Anthropic's messages too."""

    no_model = "No models provided"

    def needs_body(self, arrived: Arrived) -> bool:
        """What is computed by a model."""
        return arrived.service == "openrouter.messages" or super().needs_body(arrived)

    def needs_model(self, call: Call) -> bool:
        """What is computed by a model."""
        return call.service == "openrouter.messages" or super().needs_model(call)
