"""Perplexity: https://docs.perplexity.ai/api-reference. Its paths have no ``/v1``."""

from __future__ import annotations

from brownout.platforms.base import Provider, service

PERPLEXITY = Provider(
    "perplexity",
    hosts=("api.perplexity.ai",),
    prefix="/perplexity",
    services=(
        service("perplexity.async", ("GET", "POST"), r"/v1/async/chat/completions(/[^/]+)?"),
        service("perplexity.search", ("POST",), r"/v1/search"),
    ),
    variables={"PERPLEXITY_BASE_URL": "", "PERPLEXITYAI_API_BASE": ""},
    speaks="openai",
    base="",
    parts=("chat",),
)
