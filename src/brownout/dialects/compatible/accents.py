"""The registry of accents: provider → how it differs from OpenAI. One file each; one line here."""

from __future__ import annotations

from brownout.dialects.compatible.accent import NEUTRAL, Accent
from brownout.dialects.compatible.azure import Azure
from brownout.dialects.compatible.deepseek import DeepSeek
from brownout.dialects.compatible.groq import Groq
from brownout.dialects.compatible.mistral import Mistral
from brownout.dialects.compatible.openrouter import OpenRouter
from brownout.dialects.compatible.perplexity import Perplexity
from brownout.dialects.compatible.xai import XAI

ACCENTS: dict[str, Accent] = {
    "azure": Azure(),
    "deepseek": DeepSeek(),
    "groq": Groq(),
    "mistral": Mistral(),
    "openrouter": OpenRouter(),
    "perplexity": Perplexity(),
    "xai": XAI(),
}


def accent_of(provider: str) -> Accent | None:
    """The accent of a provider that speaks OpenAI's grammar; None for OpenAI itself, which has none."""
    return None if provider == "openai" else ACCENTS.get(provider, NEUTRAL)
