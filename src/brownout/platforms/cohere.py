"""Cohere: https://docs.cohere.com/reference/about."""

from __future__ import annotations

from brownout.platforms.base import Provider, service

COHERE = Provider(
    "cohere",
    hosts=("api.cohere.com", "api.cohere.ai"),
    prefix="/cohere",
    services=(
        service("cohere.chat", ("POST",), r"/v2/chat"),
        service("cohere.embeddings", ("POST",), r"/v2/embed"),
        service("cohere.models", ("GET",), r"/v1/models(?:/[^/]+)?"),
        service("cohere.rerank", ("POST",), r"/v2/rerank"),
    ),
    variables={"CO_API_URL": ""},
)
