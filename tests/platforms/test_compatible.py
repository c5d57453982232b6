"""Platforms that speak as OpenAI does: base URLs in, providers out."""

from __future__ import annotations

import pytest

from brownout.platforms import COMPATIBLE, PLATFORMS, compatible
from brownout.services import BUILT_IN


def test_a_base_url_says_host_prefix_and_variable() -> None:
    made = compatible("my-gateway", "https://llm.example.com/api/v1/")

    assert (made.hosts, made.prefix, made.base) == (("llm.example.com",), "/my-gateway", "/api/v1")
    assert made.variables == {"MY_GATEWAY_BASE_URL": "/api/v1"}


@pytest.mark.parametrize(
    "url",
    ["", "llm.example.com/v1", "ftp://llm.example.com", "https://", "https://x.example/v1?key=1", "http://[::1", "x"],
)
def test_what_is_no_base_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is no base URL"):
        compatible("acme", url)


@pytest.mark.parametrize("name", sorted(COMPATIBLE))
def test_the_base_url_of_each_leads_to_its_chat(name: str) -> None:
    made = compatible(name, COMPATIBLE[name])

    assert BUILT_IN.provider_of_host(made.main_host) == made
    assert BUILT_IN.service_of(name, "POST", f"{made.base}/chat/completions") == f"{name}.chat"
    assert BUILT_IN.service_of(name, "GET", f"{made.base}/models") == f"{name}.models"
    assert BUILT_IN.service_of(name, "POST", "/elsewhere") == f"{name}.other"


def test_no_name_is_taken_twice() -> None:
    assert not set(COMPATIBLE) & set(PLATFORMS)
    assert list(COMPATIBLE) == sorted(COMPATIBLE)


def test_a_platforms_own_sdk_finds_it_where_it_adds_the_path_itself() -> None:
    assert compatible("groq", COMPATIBLE["groq"]).variables == {"GROQ_API_BASE": "/openai/v1", "GROQ_BASE_URL": ""}


@pytest.mark.parametrize("path", ["/chat/completions", "/v1/chat/completions", "/beta/chat/completions"])
def test_deepseek_is_found_with_and_without_a_version(path: str) -> None:
    assert BUILT_IN.service_of("deepseek", "POST", path) == "deepseek.chat"


@pytest.mark.parametrize("part", ["conversations", "files", "batches"])
def test_what_openai_keeps_for_its_callers_others_do_not(part: str) -> None:
    assert BUILT_IN.service_of("together", "POST", f"/v1/{part}") == "together.other"


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/openai/deployments/gpt-4o/chat/completions", "azure.chat"),
        ("POST", "/openai/deployments/gpt-4o/embeddings", "azure.embeddings"),
        ("POST", "/openai/deployments/dall-e-3/images/generations", "azure.images"),
        ("POST", "/openai/v1/chat/completions", "azure.chat"),
        ("POST", "/openai/v1/responses", "azure.responses"),
        ("GET", "/openai/v1/responses/resp_1", "azure.responses"),
        ("POST", "/openai/responses", "azure.responses"),
        ("GET", "/openai/models", "azure.models"),
        ("POST", "/models/chat/completions", "azure.chat"),
        ("POST", "/v1/chat/completions", "azure.other"),
    ],
)
def test_azure_has_three_ways_to_the_same_service(method: str, path: str, service: str) -> None:
    assert BUILT_IN.service_of("azure", method, path) == service


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("contoso.openai.azure.com", "azure"),
        ("contoso.cognitiveservices.azure.com", "azure"),
        ("contoso.services.ai.azure.com", "azure"),
        ("openrouter.ai", "openrouter"),
        ("api.perplexity.ai", "perplexity"),
        ("api.mistral.ai", "mistral"),
        ("eu-west-1.api.x.ai", "xai"),
        ("contoso.azure.com", None),
    ],
)
def test_hosts_belong_to_their_platforms(host: str, provider: str | None) -> None:
    found = BUILT_IN.provider_of_host(host)
    assert (found.name if found else None) == provider


@pytest.mark.parametrize(
    ("provider", "path", "service"),
    [
        ("openrouter", "/api/v1/chat/completions", "openrouter.chat"),
        ("openrouter", "/api/v1/messages", "openrouter.messages"),
        ("openrouter", "/api/v1/responses", "openrouter.responses"),
        ("openrouter", "/v1/chat/completions", "openrouter.other"),
        ("perplexity", "/chat/completions", "perplexity.chat"),
        ("perplexity", "/search", "perplexity.search"),
        ("perplexity", "/async/chat/completions", "perplexity.async"),
        ("mistral", "/v1/chat/completions", "mistral.chat"),
        ("mistral", "/v1/fim/completions", "mistral.fim"),
        ("mistral", "/v1/responses", "mistral.other"),
    ],
)
def test_a_platform_has_its_own_services_and_those_it_shares(provider: str, path: str, service: str) -> None:
    assert BUILT_IN.service_of(provider, "POST", path) == service
