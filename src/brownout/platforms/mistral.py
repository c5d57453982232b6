"""Mistral: https://docs.mistral.ai/api. Its own SDK reads no variable: it takes ``server_url``."""

from __future__ import annotations

from brownout.platforms.base import Provider, service

MISTRAL = Provider(
    "mistral",
    hosts=("api.mistral.ai",),
    prefix="/mistral",
    services=(service("mistral.fim", ("POST",), r"/v1/fim/completions"),),
    variables={"MISTRAL_API_BASE": "/v1"},
    speaks="openai",
    parts=("chat", "embeddings", "models"),
)
