"""The registry of desks: provider → class. One file each; one line here."""

from __future__ import annotations

from brownout.standin.anthropic_desk import AnthropicDesk
from brownout.standin.bedrock_desk import BedrockDesk
from brownout.standin.cohere_desk import CohereDesk
from brownout.standin.copilot_desk import CopilotDesk
from brownout.standin.desk import Desk
from brownout.standin.directline_desk import DirectLineDesk
from brownout.standin.gemini_desk import GeminiDesk, VertexDesk
from brownout.standin.mistral_desk import MistralDesk
from brownout.standin.ollama_desk import OllamaDesk
from brownout.standin.openai_desk import OpenAIDesk
from brownout.standin.openrouter_desk import OpenRouterDesk
from brownout.standin.whatsapp_desk import WhatsAppDesk

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
