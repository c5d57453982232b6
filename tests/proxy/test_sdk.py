"""What the official SDKs make of each fault, over the base URL and over an intercepted TLS connection."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anthropic
import openai
import pytest
from support.proxies import ProxyProcess, wait_until

from brownout.calls.canary import SENTINEL

pytestmark = pytest.mark.e2e
KEY = "sk-test-0000"
ASK: Any = [{"role": "user", "content": "Hello bo-aaaaaaaaaaaa"}]


@dataclass
class Clients:
    """Both SDKs, connected in one way."""

    openai: openai.OpenAI
    anthropic: anthropic.Anthropic


@pytest.fixture(params=["base_url", "intercept"])
def clients(request: pytest.FixtureRequest, edge: ProxyProcess, monkeypatch: pytest.MonkeyPatch) -> Clients:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    settings: dict[str, Any] = {"api_key": KEY, "max_retries": 1, "timeout": 2.0}
    if request.param == "intercept":
        monkeypatch.setenv("HTTPS_PROXY", edge.url)
        monkeypatch.setenv("SSL_CERT_FILE", edge.ca)
        return Clients(openai.OpenAI(**settings), anthropic.Anthropic(**settings))
    return Clients(
        openai.OpenAI(base_url=f"{edge.url}/openai/v1", **settings),
        anthropic.Anthropic(base_url=f"{edge.url}/anthropic", **settings),
    )


def chat(clients: Clients) -> str:
    answer = clients.openai.chat.completions.create(model="gpt-4o-mini", messages=ASK)
    return answer.choices[0].message.content or ""


def chat_stream(clients: Clients) -> str:
    stream: Any = clients.openai.chat.completions.create(model="gpt-4o-mini", messages=ASK, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def respond(clients: Clients) -> str:
    return str(clients.openai.responses.create(model="gpt-4o-mini", input="Hello").output_text)


def respond_stream(clients: Clients) -> str:
    stream: Any = clients.openai.responses.create(model="gpt-4o-mini", input="Hello", stream=True)
    return "".join(event.delta for event in stream if event.type == "response.output_text.delta")


def message(clients: Clients) -> str:
    answer = clients.anthropic.messages.create(model="claude-test-1", max_tokens=500, messages=ASK)
    return "".join(block.text for block in answer.content if block.type == "text")


def message_stream(clients: Clients) -> str:
    stream: Any = clients.anthropic.messages.create(
        model="claude-test-1",
        max_tokens=500,
        messages=ASK,
        stream=True,
    )
    return "".join(event.delta.text for event in stream if event.type == "content_block_delta")


CALLS: dict[str, Callable[[Clients], str]] = {
    "openai.chat": chat, "openai.chat stream": chat_stream,
    "openai.responses": respond, "openai.responses stream": respond_stream,
    "anthropic.messages": message, "anthropic.messages stream": message_stream,
}  # fmt: skip


def strike(edge: ProxyProcess, name: str, fault: str, **settings: Any) -> None:
    edge.play({"fault": fault, "on": name.partition(" ")[0], **settings})


def exchanges_of(edge: ProxyProcess, clients: Clients, call: Callable[[Clients], str]) -> tuple[Any, list[Any]]:
    """What a call gave or raised, and the journal's rows of it."""
    before = len(edge.rows())
    try:
        outcome: Any = call(clients)
    except Exception as error:
        outcome = error
    clients.openai.close()
    clients.anthropic.close()
    wait_until(lambda: edge.control(op="stats")["under_way"] == 0)
    return outcome, edge.wait_for_rows(before + 1)[before:]


def names_of(error: BaseException) -> set[str]:
    """Class names of an exception, of its bases and of its causes."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return names | (names_of(error.__cause__) if error.__cause__ else set())


@pytest.mark.parametrize("name", CALLS)
def test_without_a_fault_the_answer_is_whole(edge: ProxyProcess, clients: Clients, name: str) -> None:
    edge.play()

    outcome, rows = exchanges_of(edge, clients, CALLS[name])

    assert outcome.endswith(SENTINEL)
    assert [(row["injected"], row["end"]) for row in rows] == [(False, "complete")]


RAISED = [
    ("server_error", {}, "InternalServerError", 500, 2),
    ("overloaded", {}, "InternalServerError|OverloadedError", None, 2),
    ("rate_limit", {"retry_after": "50ms"}, "RateLimitError", 429, 2),
    ("gateway_error", {}, "InternalServerError", 502, 2),
    ("connection_reset", {}, "APIConnectionError", None, 2),
    ("hang", {}, "APITimeoutError", None, 1),
]


@pytest.mark.parametrize(("fault", "settings", "raised", "status", "calls"), RAISED)
@pytest.mark.parametrize("name", CALLS)
def test_a_fault_before_the_head_raises_what_the_provider_would(
    edge: ProxyProcess, clients: Clients, name: str, fault: str, settings: dict[str, Any], raised: str,
    status: int | None, calls: int,
) -> None:  # fmt: skip
    if fault == "hang":
        clients.openai.max_retries, clients.anthropic.max_retries = 0, 0
        clients.openai.timeout, clients.anthropic.timeout = 0.5, 0.5
    strike(edge, name, fault, **settings)

    error, rows = exchanges_of(edge, clients, CALLS[name])

    assert names_of(error) & set(raised.split("|")), repr(error)
    assert status is None or error.status_code == status
    assert len(rows) == calls
    assert [row["attempt"] for row in rows] == list(range(calls))
    assert all(row["delivered"] for row in rows)


@pytest.mark.parametrize("name", [name for name in CALLS if "stream" in name])
def test_a_clean_cut_raises_nothing_at_all(edge: ProxyProcess, clients: Clients, name: str) -> None:
    strike(edge, name, "stream_cut", after="8 events")

    text, rows = exchanges_of(edge, clients, CALLS[name])

    assert isinstance(text, str)
    assert SENTINEL not in text
    assert (len(rows), rows[0]["events"]) == (1, 8)


@pytest.mark.parametrize("name", [name for name in CALLS if "stream" in name])
def test_a_reset_in_a_stream_raises_the_transports_error_and_is_not_retried(
    edge: ProxyProcess, clients: Clients, name: str
) -> None:
    strike(edge, name, "stream_reset", after="8 events")

    error, rows = exchanges_of(edge, clients, CALLS[name])

    assert names_of(error) & {"ReadError", "RemoteProtocolError"}, repr(error)
    assert [row["how"] for row in rows] == ["rst"]


@pytest.mark.parametrize("name", [name for name in CALLS if "stream" in name])
def test_a_stall_raises_a_read_timeout(edge: ProxyProcess, clients: Clients, name: str) -> None:
    clients.openai.timeout, clients.anthropic.timeout = 0.5, 0.5
    strike(edge, name, "stream_stall", after="8 events")

    error, rows = exchanges_of(edge, clients, CALLS[name])

    assert "ReadTimeout" in names_of(error), repr(error)
    assert [(row["how"], row["delivered"]) for row in rows] == [("client_left", True)]


@pytest.mark.parametrize("name", [name for name in CALLS if "stream" in name])
def test_an_error_in_the_stream_raises_the_sdks_api_error(edge: ProxyProcess, clients: Clients, name: str) -> None:
    strike(edge, name, "stream_error", after="8 events")

    error, _ = exchanges_of(edge, clients, CALLS[name])

    assert "APIError" in names_of(error), repr(error)


@pytest.mark.parametrize("name", CALLS)
def test_an_empty_answer_raises_nothing_and_says_nothing(edge: ProxyProcess, clients: Clients, name: str) -> None:
    strike(edge, name, "empty_answer")

    text, rows = exchanges_of(edge, clients, CALLS[name])

    assert text == ""
    assert rows[0]["status"] == 200


@pytest.mark.parametrize("name", CALLS)
def test_a_slow_answer_arrives_whole(edge: ProxyProcess, clients: Clients, name: str) -> None:
    strike(edge, name, "slow_first_token", delay="200ms")

    text, rows = exchanges_of(edge, clients, CALLS[name])

    assert text.endswith(SENTINEL)
    assert (rows[0]["delivered"], rows[0]["end"]) == (True, "complete")


def test_a_lost_history_is_the_providers_own_error(edge: ProxyProcess, clients: Clients) -> None:
    edge.play()
    first = clients.openai.responses.create(model="gpt-4o-mini", input="Remember bo-bbbbbbbbbbbb")
    strike(edge, "openai.responses", "history_missing")

    with pytest.raises(openai.BadRequestError) as raised:
        clients.openai.responses.create(model="gpt-4o-mini", input="What?", previous_response_id=first.id)

    assert raised.value.code == "previous_response_not_found"
    assert clients.openai.responses.create(model="gpt-4o-mini", input="Anew").output_text.endswith(SENTINEL)


def test_a_lost_conversation_is_not_found(edge: ProxyProcess, clients: Clients) -> None:
    edge.play()
    conversation = clients.openai.conversations.create()
    strike(edge, "openai.conversations", "history_missing")

    with pytest.raises(openai.NotFoundError, match="not found"):
        clients.openai.conversations.retrieve(conversation.id)


@pytest.mark.filterwarnings("ignore:The Assistants API is deprecated:DeprecationWarning")
def test_a_lost_thread_and_a_lost_completion_are_not_found(edge: ProxyProcess, clients: Clients) -> None:
    edge.play()
    thread = clients.openai.beta.threads.create(messages=[{"role": "user", "content": "Remember this."}])
    said: list[Any] = [{"role": "user", "content": "Remember that."}]
    kept = clients.openai.chat.completions.create(model="gpt-4o-mini", messages=said, store=True)
    assert clients.openai.beta.threads.messages.list(thread.id).data
    assert clients.openai.chat.completions.messages.list(kept.id).data
    strike(edge, "openai.*", "history_missing")

    with pytest.raises(openai.NotFoundError, match=f"No thread found with id '{thread.id}'"):
        clients.openai.beta.threads.messages.list(thread.id)
    with pytest.raises(openai.NotFoundError, match=f"Chat completion with id '{kept.id}' not found"):
        clients.openai.chat.completions.messages.list(kept.id)
    assert clients.openai.chat.completions.create(model="gpt-4o-mini", messages=said).choices


def test_other_services_of_the_platform_answer_while_one_is_struck(edge: ProxyProcess, clients: Clients) -> None:
    strike(edge, "openai.chat", "server_error")

    assert clients.openai.models.list().data
    assert len(clients.openai.embeddings.create(model="text-embedding-3-small", input="x").data[0].embedding) > 8
    assert clients.openai.images.generate(model="gpt-image-1", prompt="a cat").data
    assert clients.anthropic.models.list().data
