"""The paths under /v1, where Ollama speaks as OpenAI does, through OpenAI's own client."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI
from support.every_call import begun
from support.loopback import Loopback, loopback

from brownout.dialects import DIALECTS
from brownout.exchange import Failure, FailureKind


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    monkeypatch.setenv("NO_PROXY", "*")
    with loopback("ollama") as running:
        yield running


def client_of(platform: Loopback) -> OpenAI:
    return OpenAI(base_url=f"{platform.url}/v1", api_key="ollama", max_retries=0, timeout=20)


def test_a_completion_arrives_plain_and_streamed(platform: Loopback) -> None:
    with client_of(platform) as client:
        plain = client.chat.completions.create(model="llama3.2", messages=[{"role": "user", "content": "Hi"}])
        stream = client.chat.completions.create(
            model="llama3.2", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        chunks = list(stream)

    assert plain.choices[0].message.content == "Hello there!"
    assert (plain.system_fingerprint, plain.service_tier) == ("fp_ollama", None)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello there!"
    assert {chunk.system_fingerprint for chunk in chunks} == {"fp_ollama"}
    assert [call.service for call in platform.calls] == ["ollama.openai_chat"] * 2


def test_vectors_and_models_arrive(platform: Loopback) -> None:
    with client_of(platform) as client:
        vectors = client.embeddings.create(model="nomic-embed-text", input=["a", "b"]).data
        listed = [model.id for model in client.models.list()]
        one = client.models.retrieve("llama3.2:latest")

    assert len(vectors) == 2
    assert one.id in listed
    assert one.owned_by == "library"


@pytest.mark.parametrize(
    ("kind", "error", "type"),
    [
        (FailureKind.NOT_FOUND, openai.NotFoundError, "not_found_error"),
        (FailureKind.INVALID_REQUEST, openai.BadRequestError, "invalid_request_error"),
        (FailureKind.OVERLOADED, openai.InternalServerError, "api_error"),
        (FailureKind.RATE_LIMIT_REQUESTS, openai.RateLimitError, "api_error"),
    ],
)
def test_errors_are_ollamas_in_openais_form(
    platform: Loopback, kind: FailureKind, error: type[openai.APIStatusError], type: str
) -> None:
    platform.fail(Failure(kind))

    with client_of(platform) as client, pytest.raises(error) as caught:
        client.chat.completions.create(model="llama3.2", messages=[{"role": "user", "content": "Hi"}])

    assert caught.value.type == type
    assert caught.value.request_id is None


def test_vectors_and_models_fail_alike(platform: Loopback) -> None:
    platform.fail(Failure(FailureKind.SERVER_ERROR))

    with client_of(platform) as client:
        with pytest.raises(openai.InternalServerError, match="llama runner process"):
            client.models.list()
        with pytest.raises(openai.InternalServerError, match="llama runner process"):
            client.embeddings.create(model="x", input="y")

    assert [call.service for call in platform.calls] == ["ollama.openai_models", "ollama.openai_embeddings"]


def test_an_error_in_a_stream_is_raised(platform: Loopback) -> None:
    failure = Failure(FailureKind.SERVER_ERROR)

    with client_of(platform) as client:
        client.chat.completions.create(model="x", messages=[{"role": "user", "content": "Hi"}])
        platform.cut(
            2, DIALECTS["ollama.openai_chat"].stream_failure(platform.calls[0], failure, begun(platform.calls[0], 2))
        )
        stream = client.chat.completions.create(model="x", messages=[{"role": "user", "content": "Hi"}], stream=True)
        with stream, pytest.raises(openai.APIError, match="llama runner process"):
            list(stream)
