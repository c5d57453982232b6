"""The registry of platforms: one file each; one line here. What only speaks OpenAI's grammar is in ``compatible``."""

from __future__ import annotations

from brownout.platforms.anthropic import ANTHROPIC
from brownout.platforms.azure import AZURE
from brownout.platforms.base import Provider, Service
from brownout.platforms.bedrock import BEDROCK
from brownout.platforms.cohere import COHERE
from brownout.platforms.compatible import COMPATIBLE, compatible
from brownout.platforms.copilot import COPILOT
from brownout.platforms.directline import DIRECTLINE
from brownout.platforms.gemini import GEMINI
from brownout.platforms.mistral import MISTRAL
from brownout.platforms.ollama import OLLAMA
from brownout.platforms.openai import OPENAI
from brownout.platforms.openrouter import OPENROUTER
from brownout.platforms.perplexity import PERPLEXITY
from brownout.platforms.vertex import VERTEX
from brownout.platforms.whatsapp import WHATSAPP

PLATFORMS: dict[str, Provider] = {
    "anthropic": ANTHROPIC,
    "azure": AZURE,
    "bedrock": BEDROCK,
    "cohere": COHERE,
    "copilot": COPILOT,
    "directline": DIRECTLINE,
    "gemini": GEMINI,
    "mistral": MISTRAL,
    "ollama": OLLAMA,
    "openai": OPENAI,
    "openrouter": OPENROUTER,
    "perplexity": PERPLEXITY,
    "vertex": VERTEX,
    "whatsapp": WHATSAPP,
}

__all__ = ["COMPATIBLE", "PLATFORMS", "Provider", "Service", "compatible"]
