"""The registry of desks: provider → class. One file each; one line here."""

from __future__ import annotations

from brownout.standin.anthropic.desk import AnthropicDesk
from brownout.standin.desk import Desk
from brownout.standin.desks.bedrock import BedrockDesk
from brownout.standin.desks.cohere import CohereDesk
from brownout.standin.desks.copilot import CopilotDesk
from brownout.standin.desks.directline import DirectLineDesk
from brownout.standin.desks.gemini import GeminiDesk, VertexDesk
from brownout.standin.desks.mistral import MistralDesk
from brownout.standin.desks.ollama import OllamaDesk
from brownout.standin.desks.openrouter import OpenRouterDesk
from brownout.standin.openai.desk import OpenAIDesk
from brownout.standin.whatsapp.desk import WhatsAppDesk

DESKS: dict[str, type[Desk]] = {
    "anthropic": AnthropicDesk,
    "cohere": CohereDesk,
    "copilot": CopilotDesk,
    "directline": DirectLineDesk,
    "gemini": GeminiDesk,
    "bedrock": BedrockDesk,
    "mistral": MistralDesk,
    "ollama": OllamaDesk,
    "openai": OpenAIDesk,
    "openrouter": OpenRouterDesk,
    "vertex": VertexDesk,
    "whatsapp": WhatsAppDesk,
}


def desk_for(provider: str) -> Desk:
    """A new desk; a platform without one of its own that speaks as OpenAI does has one like OpenAI's."""
    return DESKS.get(provider, OpenAIDesk)()
