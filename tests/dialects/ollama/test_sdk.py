"""The real ollama client against what the dialects put on the wire, over a loopback socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import ollama
import pydantic
import pytest
from support.every_call import begun, early
from support.loopback import Ending, Loopback, loopback
from support.ollama_calls import call_for

from brownout.dialects import DIALECTS
from brownout.exchange import Answer, Failure, FailureKind

CHAT: dict[str, Any] = {"model": "llama3.2", "messages": [{"role": "user", "content": "Hi"}]}
CALL = call_for("/api/chat", **CHAT)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    monkeypatch.setenv("NO_PROXY", "*")
    with loopback("ollama") as running:
        yield running


@pytest.fixture
def client(platform: Loopback) -> Iterator[ollama.Client]:
    made = ollama.Client(host=platform.url, timeout=20)
    yield made
    made._client.close()


def test_a_chat_arrives_plain_and_streamed(platform: Loopback, client: ollama.Client) -> None:
    plain = client.chat(**CHAT)
    parts = list(client.chat(**CHAT, stream=True))

    assert plain.message.content == "Hello there!"
    assert (plain.done, plain.done_reason, plain.eval_count) == (True, "stop", 3)
    assert "".join(part.message.content or "" for part in parts) == "Hello there!"
    assert [part.done for part in parts] == [False, False, False, True]
    assert [call.stream for call in platform.calls] == [False, True]


def test_a_completion_arrives_plain_and_streamed(client: ollama.Client) -> None:
    plain = client.generate(model="llama3.2", prompt="Hi")
    parts = list(client.generate(model="llama3.2", prompt="Hi", stream=True))

    assert plain.response == "Hello there!" == "".join(part.response or "" for part in parts)
    assert parts[-1].context == plain.context


def test_a_tools_call_is_understood(platform: Loopback, client: ollama.Client) -> None:
    platform.cut(9, answer=Answer("ab" * 16, 1, ('{"city":', ' "Rome"}'), 8, "tool_calls", "get_weather"))
    calls = [call for part in client.chat(**CHAT, stream=True) for call in part.message.tool_calls or ()]

    assert [(call.function.name, call.function.arguments) for call in calls] == [("get_weather", {"city": "Rome"})]


def test_vectors_arrive_by_both_paths(client: ollama.Client) -> None:
    vectors = client.embed(model="nomic-embed-text", input=["one", "two"]).embeddings

    assert [len(vector) for vector in vectors] == [768, 768]
    assert client.embeddings(model="nomic-embed-text", prompt="one").embedding == vectors[0]


def test_models_are_listed_shown_and_loaded(client: ollama.Client) -> None:
    listed = [model.model for model in client.list().models]

    assert "llama3.2:latest" in listed
    assert client.ps().models[0].model in listed
    shown = client.show("nomic-embed-text:latest")
    assert shown.capabilities == ["embedding"]
    assert shown.details is not None
    assert shown.details.family == "nomic-bert"


@pytest.mark.parametrize("kind", list(FailureKind))
@pytest.mark.parametrize("streamed", [False, True])
def test_each_failure_raises_the_clients_own_error_and_is_not_retried(
    platform: Loopback, client: ollama.Client, kind: FailureKind, streamed: bool
) -> None:
    platform.fail(Failure(kind, retry_after=20.0))
    expected = DIALECTS["ollama.chat"].failure(CALL, Failure(kind))

    with pytest.raises(ollama.ResponseError) as caught:
        list(client.chat(**CHAT, stream=True) if streamed else client.chat(**CHAT))

    assert caught.value.status_code == expected.status
    assert caught.value.error == json.loads(expected.body)["error"]
    assert len(platform.seen) == 1


@pytest.mark.parametrize("kind", [FailureKind.OVERLOADED, FailureKind.SERVER_ERROR])
def test_an_error_in_a_stream_is_raised_after_the_words(
    platform: Loopback, client: ollama.Client, kind: FailureKind
) -> None:
    platform.cut(2, DIALECTS["ollama.chat"].stream_failure(CALL, Failure(kind), begun(CALL, 2)))
    parts = client.chat(**CHAT, stream=True)

    assert [next(parts).message.content for _ in range(2)] == ["Hello", " there"]
    with pytest.raises(ollama.ResponseError) as caught:
        next(parts)
    assert caught.value.status_code == -1
    assert caught.value.error


def test_a_stream_that_stops_early_says_so(platform: Loopback, client: ollama.Client) -> None:
    platform.cut(2, DIALECTS["ollama.chat"].stream_incomplete(CALL, early(), begun(CALL, 2)))
    parts = list(client.chat(**CHAT, stream=True))

    assert (parts[-1].done, parts[-1].done_reason, parts[-1].eval_count) == (True, "length", 2)


def test_a_stream_that_ends_too_early_in_order_is_silent(platform: Loopback, client: ollama.Client) -> None:
    platform.cut(2)

    assert [part.done for part in client.chat(**CHAT, stream=True)] == [False, False]


def test_half_a_line_is_a_json_error(platform: Loopback, client: ollama.Client) -> None:
    platform.cut(1, b'{"model":"lla')

    with pytest.raises(json.JSONDecodeError):
        list(client.chat(**CHAT, stream=True))


def test_an_empty_object_is_a_validation_error(platform: Loopback, client: ollama.Client) -> None:
    platform.answering = lambda request: (200, (("content-type", "application/json"),), [b"{}"])

    with pytest.raises(pydantic.ValidationError):
        client.chat(**CHAT)


@pytest.mark.parametrize(("ending", "error"), [("fin", httpx.RemoteProtocolError), ("rst", httpx.ReadError)])
def test_a_broken_connection_in_a_stream_is_the_transports_own_error(
    platform: Loopback, client: ollama.Client, ending: Ending, error: type[Exception]
) -> None:
    platform.cut(2)
    platform.ending = ending

    with pytest.raises(error):
        list(client.chat(**CHAT, stream=True))
