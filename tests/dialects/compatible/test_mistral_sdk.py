"""The official Mistral client against what the dialects put on the wire, over a loopback socket."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
from mistralai.client import Mistral, errors
from mistralai.client.models import BaseModelCard, UserMessage
from support.platform_server import ANSWER, PlatformServer, running_platform_server

from brownout.exchange import Failure, FailureKind

HI = [UserMessage(content="hi")]


@pytest.fixture
def server() -> Iterator[PlatformServer]:
    with running_platform_server() as made:
        yield made


@pytest.fixture
def client(server: PlatformServer) -> Iterator[Mistral]:
    with Mistral(server_url=f"{server.url}/mistral", api_key="sk-test-0000", timeout_ms=20_000) as made:
        yield made


def stream(client: Mistral) -> str:
    with client.chat.stream(model="mistral-small-latest", messages=HI) as events:
        return "".join(str(event.data.choices[0].delta.content or "") for event in events)


def test_a_chat_reads_as_it_was_said(client: Mistral) -> None:
    answer = client.chat.complete(model="mistral-small-latest", messages=HI)

    assert answer.choices[0].message is not None
    assert answer.choices[0].message.content == "Hello there!"
    assert answer.usage.total_tokens == 11


def test_a_stream_reads_as_it_was_said_and_ends_with_usage(client: Mistral) -> None:
    with client.chat.stream(model="mistral-small-latest", messages=HI) as events:
        chunks = [event.data for event in events]

    assert "".join(str(chunk.choices[0].delta.content or "") for chunk in chunks) == "Hello there!"
    assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage] == [11]
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_tool_is_called(server: PlatformServer, client: Mistral) -> None:
    server.answer = replace(ANSWER, pieces=('{"id":', " 7}"), finish="tool_calls", tool="find_parcel")
    answer = client.chat.complete(model="mistral-small-latest", messages=HI)

    assert answer.choices[0].message is not None
    (call,) = answer.choices[0].message.tool_calls or []
    assert (call.function.name, call.function.arguments) == ("find_parcel", '{"id": 7}')


def test_what_stands_in_the_middle_is_filled_in(client: Mistral) -> None:
    answer = client.fim.complete(model="codestral-latest", prompt="def f(", suffix="return 1")

    assert answer.choices[0].message is not None
    assert answer.choices[0].message.content == "Hello there!"


def test_embeddings_are_unit_vectors_of_1024(client: Mistral) -> None:
    answer = client.embeddings.create(model="mistral-embed", inputs=["a", "b"])

    vectors = [item.embedding or [] for item in answer.data]
    assert [len(vector) for vector in vectors] == [1024, 1024]
    assert math.isclose(math.fsum(value * value for value in vectors[0]), 1, abs_tol=1e-5)


def test_models_say_what_they_can_do(client: Mistral) -> None:
    listed = client.models.list()

    cards = [model for model in listed.data or [] if isinstance(model, BaseModelCard)]
    able = {card.id: card.capabilities.completion_chat for card in cards}
    assert able["mistral-small-latest"] is True
    assert able["mistral-embed"] is False


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind is not FailureKind.INVALID_REQUEST])
def test_every_failure_is_an_sdk_error_with_its_status(
    server: PlatformServer, client: Mistral, kind: FailureKind
) -> None:
    server.failure = Failure(kind)
    with pytest.raises(errors.SDKError) as caught:
        client.chat.complete(model="mistral-small-latest", messages=HI)

    assert 400 <= caught.value.status_code <= 599
    assert caught.value.body
    assert len(server.seen) == 1  # it retries nothing unless it is told to


def test_a_call_whose_fields_are_wrong_is_a_validation_error(server: PlatformServer, client: Mistral) -> None:
    server.failure = Failure(FailureKind.INVALID_REQUEST, message="Field required")
    with pytest.raises(errors.HTTPValidationError) as caught:
        client.chat.complete(model="mistral-small-latest", messages=HI)

    assert caught.value.status_code == 422
    (detail,) = caught.value.data.detail or []
    assert (detail.loc, detail.msg) == (["body", "model"], "Field required")


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        (
            FailureKind.RATE_LIMIT_REQUESTS,
            429,
            '"type":"rate_limited","param":null,"code":"1300","raw_status_code":429',
        ),
        (FailureKind.OVERLOADED, 429, "Service tier capacity exceeded for this model."),
        (FailureKind.AUTH_REVOKED, 401, '{"detail":"Unauthorized"}'),
        (FailureKind.NOT_FOUND, 400, "Invalid model: mistral-small-latest"),
        (FailureKind.CONTEXT_TOO_LONG, 400, '"code":"3051"'),
    ],
)
def test_errors_are_the_platforms_own(
    server: PlatformServer, client: Mistral, kind: FailureKind, status: int, said: str
) -> None:
    server.failure = Failure(kind)
    with pytest.raises(errors.SDKError) as caught:
        client.chat.complete(model="mistral-small-latest", messages=HI)

    assert caught.value.status_code == status
    assert said in caught.value.body


def test_an_error_in_a_stream_cannot_be_read_as_a_chunk(server: PlatformServer, client: Mistral) -> None:
    server.failure, server.cut = Failure(FailureKind.SERVER_ERROR), 3
    with pytest.raises(errors.ResponseValidationError):
        stream(client)


def test_a_stream_that_just_ends_looks_whole(server: PlatformServer, client: Mistral) -> None:
    server.cut = 3

    assert stream(client) == "Hello there"
