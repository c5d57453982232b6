"""Ollama paths without a dialect of their own: they fail as all of Ollama fails."""

from __future__ import annotations

from brownout.dialects.ollama import OllamaDialect


class OllamaOther(OllamaDialect):
    """Pulling, creating and deleting models, and whatever else a server does."""

    service = "ollama.other"
