"""Which part of Cohere a path belongs to."""

from __future__ import annotations

import pytest

from brownout.services import BUILT_IN


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/v2/chat", "cohere.chat"),
        ("POST", "/v2/embed", "cohere.embeddings"),
        ("POST", "/v2/rerank", "cohere.rerank"),
        ("GET", "/v1/models", "cohere.models"),
        ("GET", "/v1/models/command-a-03-2025", "cohere.models"),
        ("POST", "/v1/chat", "cohere.other"),
        ("GET", "/v2/chat", "cohere.other"),
    ],
)
def test_paths_are_known(method: str, path: str, service: str) -> None:
    assert BUILT_IN.service_of("cohere", method, path) == service


@pytest.mark.parametrize("host", ["api.cohere.com", "api.cohere.ai"])
def test_both_hosts_are_its_own(host: str) -> None:
    found = BUILT_IN.provider_of_host(host)
    assert found is not None
    assert found.name == "cohere"
