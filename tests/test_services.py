from __future__ import annotations

import pytest

from brownout.services import BUILT_IN, PROVIDERS, SERVICE_NAMES, SERVICES, connection_of


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("api.openai.com", "openai"),
        ("API.OpenAI.com.", "openai"),
        ("api.openai.com:443", "openai"),
        ("eu.api.openai.com", "openai"),
        ("api.anthropic.com", "anthropic"),
        ("openai.com", None),
        ("api.openai.com.evil.example", None),
        ("notapi.openai.com", None),
        ("127.0.0.1:8000", None),
        ("", None),
    ],
)
def test_a_host_belongs_to_its_platform_or_to_none(host: str, provider: str | None) -> None:
    found = BUILT_IN.provider_of_host(host)
    assert (found.name if found else None) == provider


@pytest.mark.parametrize(
    ("path", "provider", "own"),
    [
        ("/openai/v1/chat/completions", "openai", "/v1/chat/completions"),
        ("/anthropic", "anthropic", "/"),
        ("/anthropic/v1/messages", "anthropic", "/v1/messages"),
    ],
)
def test_a_base_url_path_names_platform_and_own_path(path: str, provider: str, own: str) -> None:
    found = BUILT_IN.provider_of_path(path)
    assert found is not None
    assert (found[0].name, found[1]) == (provider, own)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/openaix/v1", "/", ""])
def test_other_paths_belong_to_no_platform(path: str) -> None:
    assert BUILT_IN.provider_of_path(path) is None


@pytest.mark.parametrize(
    ("provider", "method", "path", "service"),
    [
        ("openai", "POST", "/v1/chat/completions", "openai.chat"),
        ("openai", "post", "/v1/chat/completions/", "openai.chat"),
        ("openai", "GET", "/v1/chat/completions", "openai.chat"),
        ("openai", "DELETE", "/v1/chat/completions/chatcmpl-1", "openai.chat"),
        ("openai", "GET", "/v1/chat/completions/chatcmpl-1/messages", "openai.chat"),
        ("openai", "GET", "/v1/chat/completions/chatcmpl-1/x", "openai.other"),
        ("openai", "POST", "/v1/threads/thread_1/runs", "openai.assistants"),
        ("openai", "GET", "/v1/assistants", "openai.assistants"),
        ("openai", "POST", "/v1/audio/speech", "openai.audio"),
        ("openai", "POST", "/v1/batches/batch_1/cancel", "openai.batches"),
        ("openai", "GET", "/v1/files/file-1/content", "openai.files"),
        ("openai", "POST", "/v1/uploads/upload_1/parts", "openai.files"),
        ("openai", "POST", "/v1/moderations", "openai.moderations"),
        ("openai", "POST", "/v1/vector_stores/vs_1/search", "openai.vector_stores"),
        ("openai", "POST", "/v1/responses", "openai.responses"),
        ("openai", "GET", "/v1/responses/resp_1", "openai.responses"),
        ("openai", "GET", "/v1/conversations/conv_1/items", "openai.conversations"),
        ("openai", "POST", "/v1/images/generations", "openai.images"),
        ("openai", "POST", "/v1/embeddings", "openai.embeddings"),
        ("openai", "GET", "/v1/models", "openai.models"),
        ("openai", "GET", "/v1/models/ft:gpt-4o:org/x", "openai.models"),
        ("openai", "POST", "/v1/messages", "openai.other"),
        ("anthropic", "POST", "/v1/messages", "anthropic.messages"),
        ("anthropic", "POST", "/v1/messages/count_tokens", "anthropic.count_tokens"),
        ("anthropic", "GET", "/v1/messages/batches/msgbatch_1/results", "anthropic.batches"),
        ("anthropic", "POST", "/v1/files", "anthropic.files"),
        ("anthropic", "GET", "/v1/models/claude-x", "anthropic.models"),
        ("anthropic", "GET", "/", "anthropic.other"),
    ],
)
def test_method_and_path_name_the_service(provider: str, method: str, path: str, service: str) -> None:
    assert BUILT_IN.service_of(provider, method, path) == service


def test_every_service_belongs_to_a_known_platform_and_has_a_unique_name() -> None:
    assert len(set(SERVICE_NAMES)) == len(SERVICE_NAMES)
    assert {service.name.partition(".")[0] for service in SERVICES} <= {provider.name for provider in PROVIDERS}
    assert {f"{provider.name}.other" for provider in PROVIDERS} <= set(SERVICE_NAMES)


def test_a_glob_stands_for_services() -> None:
    assert BUILT_IN.services_matching("*") == tuple(name for name in SERVICE_NAMES if not name.endswith(".status"))
    assert BUILT_IN.services_matching("openai.chat") == ("openai.chat",)
    assert set(BUILT_IN.services_matching("anthropic.*")) >= {"anthropic.messages", "anthropic.other"}
    assert BUILT_IN.services_matching("openai") == ()


def test_a_glob_that_stands_for_nothing_is_refused_with_the_nearest() -> None:
    assert BUILT_IN.known_glob("openai.*") == "openai.*"
    with pytest.raises(ValueError, match=r"did you mean 'openai\.chat'\? allowed: .*openai\.images"):
        BUILT_IN.known_glob("openai.chta")


def test_every_platform_has_connections_and_no_call_is_one() -> None:
    assert {f"{provider.name}.connection" for provider in PROVIDERS} <= set(SERVICE_NAMES)
    assert connection_of("openai.chat") == connection_of("openai") == "openai.connection"
    assert BUILT_IN.service_of("openai", "CONNECT", "api.openai.com:443") == "openai.other"
    assert BUILT_IN.service_of("openai", "GET", "/v1/connection") == "openai.other"
    assert BUILT_IN.known_glob("openai.connection") == "openai.connection"


@pytest.mark.parametrize(
    ("glob", "found"),
    [("openai.*", False), ("*", False), ("openai.st*", False), ("openai.status", True), ("*.status", True)],
)
def test_a_status_page_is_meant_only_where_it_is_named(glob: str, found: bool) -> None:
    assert ("openai.status" in BUILT_IN.services_matching(glob)) is found
