"""OpenRouter: https://openrouter.ai/docs/api-reference/overview. It also takes Anthropic's messages."""

from __future__ import annotations

from brownout.platforms.base import Provider, service

OPENROUTER = Provider(
    "openrouter",
    hosts=("openrouter.ai",),
    prefix="/openrouter",
    services=(service("openrouter.messages", ("POST",), r"/v1/messages"),),
    variables={"OPENROUTER_API_BASE": "/api/v1", "OPENROUTER_BASE_URL": "/api/v1"},
    speaks="openai",
    base="/api/v1",
    parts=("chat", "completions", "embeddings", "models", "responses"),
)
