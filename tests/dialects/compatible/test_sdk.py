"""The official OpenAI client against the platforms that speak as OpenAI does, over a loopback socket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import openai
import pytest
from openai import AzureOpenAI, OpenAI
from support.platform_server import ANSWER, PlatformServer, running_platform_server

from brownout.exchange import Failure, FailureKind

BASES = {
    "deepseek": "/deepseek/v1",
    "groq": "/groq/openai/v1",
    "mistral": "/mistral/v1",
    "openrouter": "/openrouter/api/v1",
    "perplexity": "/perplexity",
    "together": "/together/v1",
    "xai": "/xai/v1",
}
EVERY = pytest.mark.parametrize("name", [*sorted(BASES), "azure"])
STATUS_OF = {
    openai.BadRequestError: 400,
    openai.AuthenticationError: 401,
    openai.PermissionDeniedError: 403,
    openai.NotFoundError: 404,
    openai.ConflictError: 409,
    openai.UnprocessableEntityError: 422,
    openai.RateLimitError: 429,
}


@pytest.fixture
def server() -> Iterator[PlatformServer]:
    with running_platform_server() as made:
        yield made


@pytest.fixture
def client(server: PlatformServer, name: str) -> Iterator[OpenAI]:
    with connect(server, name) as made:
        yield made


def connect(server: PlatformServer, name: str) -> OpenAI:
    if name == "azure":
        return AzureOpenAI(
            azure_endpoint=f"{server.url}/azure",
            api_key="test-0000",
            api_version="2024-10-21",
            max_retries=0,
            timeout=20,
        )
    return OpenAI(base_url=f"{server.url}{BASES[name]}", api_key="sk-test-0000", max_retries=0, timeout=20)


def chat(client: OpenAI) -> str | None:
    answer = client.chat.completions.create(model="some-model", messages=[{"role": "user", "content": "hi"}])
    return answer.choices[0].message.content


def stream(client: OpenAI) -> str:
    chunks = client.chat.completions.create(
        model="some-model", messages=[{"role": "user", "content": "hi"}], stream=True
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


@EVERY
def test_answers_read_as_they_were_said(server: PlatformServer, client: OpenAI) -> None:
    assert chat(client) == "Hello there!"
    assert stream(client) == "Hello there!"
    assert [request.json.get("stream") for request in server.seen] == [None, True]


@EVERY
def test_usage_comes_where_it_is_asked_for(client: OpenAI) -> None:
    chunks = client.chat.completions.create(
        model="some-model",
        messages=[{"role": "user", "content": "hi"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    (usage,) = {chunk.usage.total_tokens for chunk in chunks if chunk.usage}
    assert usage == 11


@EVERY
def test_a_tool_is_called(server: PlatformServer, client: OpenAI) -> None:
    server.answer = replace(ANSWER, pieces=('{"id":', " 7}"), finish="tool_calls", tool="find_parcel")
    answer = client.chat.completions.create(model="some-model", messages=[{"role": "user", "content": "hi"}])

    (call,) = answer.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert (call.function.name, call.function.arguments) == ("find_parcel", '{"id": 7}')
    assert answer.choices[0].finish_reason == "tool_calls"


@EVERY
@pytest.mark.parametrize("kind", list(FailureKind))
def test_every_failure_is_the_exception_of_its_status(
    server: PlatformServer, client: OpenAI, name: str, kind: FailureKind
) -> None:
    server.failure = Failure(kind, retry_after=2.0)
    with pytest.raises(openai.APIStatusError) as caught:
        chat(client)

    status = caught.value.status_code
    assert STATUS_OF.get(type(caught.value)) == status or (
        isinstance(caught.value, openai.InternalServerError) if status >= 500 else status in (402, 408, 413)
    )
    assert "openai.com" not in caught.value.response.text
    assert not [header for header in caught.value.response.headers if header.startswith("openai-")]


EXPECTED = [
    ("azure", FailureKind.AUTH_REVOKED, openai.AuthenticationError, "invalid subscription key"),
    ("azure", FailureKind.CONTENT_REFUSED, openai.BadRequestError, "ResponsibleAIPolicyViolation"),
    ("azure", FailureKind.NOT_FOUND, openai.NotFoundError, "DeploymentNotFound"),
    ("azure", FailureKind.RATE_LIMIT_TOKENS, openai.RateLimitError, "ChatCompletions_Create Operation .* 2024-10-21"),
    ("azure", FailureKind.OVERLOADED, openai.InternalServerError, "ServiceUnavailable"),
    ("azure", FailureKind.REGION_BLOCKED, openai.PermissionDeniedError, "Virtual Network/Firewall"),
    ("deepseek", FailureKind.QUOTA_EXHAUSTED, openai.APIStatusError, "402.*Insufficient Balance"),
    ("deepseek", FailureKind.NOT_FOUND, openai.BadRequestError, "Model Not Exist"),
    ("groq", FailureKind.MODEL_RETIRED, openai.BadRequestError, "model_decommissioned"),
    ("groq", FailureKind.RATE_LIMIT_TOKENS, openai.RateLimitError, r"tokens per minute \(TPM\).*try again in 2s"),
    ("openrouter", FailureKind.QUOTA_EXHAUSTED, openai.APIStatusError, "402.*Insufficient credits"),
    ("openrouter", FailureKind.CONTENT_REFUSED, openai.PermissionDeniedError, "flagged_input"),
    ("openrouter", FailureKind.SERVER_ERROR, openai.InternalServerError, "Provider returned error"),
    ("openrouter", FailureKind.RATE_LIMIT_REQUESTS, openai.RateLimitError, "rate-limited upstream"),
    ("perplexity", FailureKind.AUTH_REVOKED, openai.AuthenticationError, "<title>401 Authorization Required</title>"),
    ("perplexity", FailureKind.NOT_FOUND, openai.BadRequestError, "invalid_model"),
    ("xai", FailureKind.AUTH_REVOKED, openai.BadRequestError, "Incorrect API key provided"),
    ("xai", FailureKind.RATE_LIMIT_REQUESTS, openai.RateLimitError, "Too many requests"),
    ("together", FailureKind.OVERLOADED, openai.InternalServerError, "The model is overloaded"),
]


@pytest.mark.parametrize(("name", "kind", "error", "said"), EXPECTED)
def test_each_platform_fails_in_its_own_words(
    server: PlatformServer,
    client: OpenAI,
    name: str,
    kind: FailureKind,
    error: type[openai.APIStatusError],
    said: str,
) -> None:
    server.failure = Failure(kind, retry_after=2.0)
    with pytest.raises(error) as caught:
        chat(client)

    assert re.search(said, f"{caught.value.status_code} {caught.value.response.text}")


@EVERY
def test_the_wait_is_in_the_headers(server: PlatformServer, client: OpenAI) -> None:
    server.failure = Failure(FailureKind.RATE_LIMIT_REQUESTS, retry_after=33.0)
    with pytest.raises(openai.RateLimitError) as caught:
        chat(client)
    assert caught.value.response.headers["retry-after"] == "33"


@pytest.mark.parametrize("name", sorted({*BASES, "azure"} - {"mistral"}))
def test_an_error_in_a_stream_is_raised_and_not_retried(server: PlatformServer, name: str) -> None:
    server.failure, server.cut = Failure(FailureKind.SERVER_ERROR), 4
    with connect(server, name).with_options(max_retries=2) as client, pytest.raises(openai.APIError) as caught:
        stream(client)

    assert not isinstance(caught.value, openai.APIStatusError)
    assert len(server.seen) == 1


@pytest.mark.parametrize("name", ["mistral"])
def test_mistrals_error_in_a_stream_is_no_error_to_another_client(server: PlatformServer, client: OpenAI) -> None:
    server.failure, server.cut = Failure(FailureKind.SERVER_ERROR), 3

    assert stream(client) == "Hello there"  # and then a chunk without choices: the half answer looks whole


@EVERY
def test_a_stream_may_stop_early(server: PlatformServer, client: OpenAI) -> None:
    server.early, server.cut = "length", 4
    chunks = list(
        client.chat.completions.create(model="some-model", messages=[{"role": "user", "content": "hi"}], stream=True)
    )
    assert chunks[-1].choices[0].finish_reason == "length"


@pytest.mark.parametrize("name", [name for name in BASES if name != "perplexity"])
def test_models_are_the_platforms_own(client: OpenAI, name: str) -> None:
    names = [model.id for model in client.models.list()]

    assert names
    assert not [model for model in names if model.startswith("gpt-")]
    assert client.models.retrieve("any/model").id == "any/model"


@pytest.mark.parametrize("name", ["openrouter"])
def test_an_error_may_come_in_a_success(server: PlatformServer, client: OpenAI) -> None:
    server.failure = Failure(FailureKind.SERVER_ERROR, status=200)
    answer = client.chat.completions.create(model="some-model", messages=[{"role": "user", "content": "hi"}])

    assert answer.choices is None
    assert answer.model_extra is not None
    assert answer.model_extra["error"]["code"] == 502


@pytest.mark.parametrize("name", ["azure"])
def test_azure_begins_a_stream_with_a_chunk_without_choices(client: OpenAI) -> None:
    first, *_ = client.chat.completions.create(
        model="some-model", messages=[{"role": "user", "content": "hi"}], stream=True
    )
    assert first.choices == []
    assert first.model_extra is not None
    assert first.model_extra["prompt_filter_results"][0]["content_filter_results"]["hate"]["filtered"] is False


@pytest.mark.parametrize("name", ["azure"])
def test_azures_deployment_is_the_model(server: PlatformServer, client: OpenAI) -> None:
    chat(client)

    (request,) = server.seen
    assert request.path == "/openai/deployments/some-model/chat/completions"
    assert request.headers["api-key"] == "test-0000"


@pytest.mark.parametrize("name", ["perplexity"])
def test_perplexity_names_its_sources(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="sonar", messages=[{"role": "user", "content": "hi"}])

    assert answer.model_extra is not None
    urls = [page["url"] for page in answer.model_extra["search_results"]]
    assert answer.model_extra["citations"] == urls
    assert len(urls) == 3
    assert answer.usage is not None
    assert answer.usage.model_extra is not None
    assert answer.usage.model_extra["cost"]["total_cost"] > 0


@pytest.mark.parametrize("name", ["openrouter"])
def test_openrouter_says_who_answered_and_how_to_look_it_up(client: OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model="some-model", messages=[{"role": "user", "content": "hi"}]
    )
    answer = raw.parse()

    assert raw.headers["x-generation-id"] == answer.id
    assert answer.id.startswith("gen-")
    assert answer.model_extra is not None
    assert answer.model_extra["provider"]
