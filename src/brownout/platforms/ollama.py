"""Ollama: https://docs.ollama.com/api. One that runs on the machine itself is reached by its base URL only."""

from __future__ import annotations

from brownout.platforms.base import Provider, service

OLLAMA = Provider(
    "ollama",
    hosts=("ollama.com",),
    prefix="/ollama",
    services=(
        service("ollama.chat", ("POST",), r"/api/chat"),
        service("ollama.embeddings", ("POST",), r"/api/(embed|embeddings)"),
        service("ollama.generate", ("POST",), r"/api/generate"),
        service("ollama.models", ("GET",), r"/api/(tags|ps|version)"),
        service("ollama.models", ("POST",), r"/api/show"),
        service("ollama.openai_chat", ("POST",), r"/v1/chat/completions"),
        service("ollama.openai_embeddings", ("POST",), r"/v1/embeddings"),
        service("ollama.openai_models", ("GET",), r"/v1/models(/.+)?"),
    ),
    variables={"OLLAMA_HOST": ""},
)
