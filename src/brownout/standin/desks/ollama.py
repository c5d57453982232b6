"""Ollama's desk: nobody needs a key, every model has been pulled."""

from __future__ import annotations

from brownout.exchange import Call
from brownout.standin.desk import Desk
from brownout.standin.recognise import Arrived

_WORKS = ("chat", "embeddings", "generate", "openai_chat", "openai_embeddings")


class OllamaDesk(Desk):
    """Keeps nothing: the history of a conversation comes with every call."""

    no_model = "model is required"

    def admits(self, call: Call) -> bool:
        """Everybody is admitted: a local Ollama knows no keys."""
        return True

    def needs_body(self, arrived: Arrived) -> bool:
        """What runs a model, and what describes one."""
        return arrived.service.partition(".")[2] in _WORKS or arrived.request.path.rstrip("/") == "/api/show"

    def needs_model(self, call: Call) -> bool:
        return call.part in _WORKS or call.request.path.rstrip("/") == "/api/show"
