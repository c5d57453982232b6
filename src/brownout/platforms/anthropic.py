"""Anthropic: https://docs.claude.com/en/api/overview."""

from __future__ import annotations

from brownout.platforms.base import Provider, service, status_service

ANTHROPIC = Provider(
    "anthropic",
    hosts=("api.anthropic.com", "status.claude.com", "status.anthropic.com"),
    prefix="/anthropic",
    services=(
        service("anthropic.batches", ("GET", "POST", "DELETE"), r"/v1/messages/batches(/.*)?"),
        service("anthropic.count_tokens", ("POST",), r"/v1/messages/count_tokens"),
        service("anthropic.files", ("GET", "POST", "DELETE"), r"/v1/files(/.*)?"),
        service("anthropic.messages", ("POST",), r"/v1/messages"),
        service("anthropic.models", ("GET",), r"/v1/models(/[^/]+)?"),
        status_service("anthropic"),
    ),
    variables={"ANTHROPIC_API_BASE": "", "ANTHROPIC_BASE_URL": ""},
)
