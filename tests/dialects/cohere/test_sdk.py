"""Cohere's own client, blocking and asynchronous, against what the dialects put on the wire."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from support.spoken import Platform, Speaker, cut_after, failing, failing_after, healthy
from support.upstreams import raw_upstream

from brownout.exchange import Failure, FailureKind

cohere = pytest.importorskip("cohere")
K = FailureKind
ASKED: dict[str, Any] = {"model": "command-a-03-2025", "messages": [{"role": "user", "content": "Hello"}]}
BOTH = pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])


class Client:
    """The client, used in one way; ``platform`` is what it talks to."""

    def __init__(self, url: str, platform: Platform, blocking: bool, timeout: float) -> None:
        self._url, self.platform, self._blocking, self._timeout = url, platform, blocking, timeout

    def say(self, stream: bool = False, retries: int = 0) -> list[Any]:
        """The answer, or the events of one."""
        asked = {**ASKED, "request_options": {"max_retries": retries}}
        if not self._blocking:
            return asyncio.run(self._later(stream, asked))
        with httpx.Client(timeout=self._timeout) as http:
            client = cohere.ClientV2(api_key="sk-test-1", base_url=self._url, httpx_client=http)
            return list(client.chat_stream(**asked)) if stream else [client.chat(**asked)]

    async def _later(self, stream: bool, asked: dict[str, Any]) -> list[Any]:
        async with httpx.AsyncClient(timeout=self._timeout) as http:
            client = cohere.AsyncClientV2(api_key="sk-test-1", base_url=self._url, httpx_client=http)
            if stream:
                return [event async for event in client.chat_stream(**asked)]
            return [await client.chat(**asked)]


@contextmanager
def connected(speaker: Speaker, blocking: bool, timeout: float = 20.0) -> Iterator[Client]:
    platform = Platform("cohere", "api.cohere.com", speaker)
    with raw_upstream(platform.handler) as upstream:
        yield Client(upstream.url, platform, blocking, timeout)


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("CO_")]:
        monkeypatch.delenv(name)


def text_of(events: list[Any]) -> str:
    return "".join(event.delta.message.content.text for event in events if event.type == "content-delta")


@BOTH
def test_a_message_arrives_whole(blocking: bool) -> None:
    with connected(healthy, blocking) as client:
        (reply,) = client.say()

    assert reply.message.content[0].text == "Hello there!"
    assert (reply.finish_reason, reply.usage.tokens.output_tokens) == ("COMPLETE", 3)


@BOTH
def test_a_stream_adds_up_to_the_same(blocking: bool) -> None:
    with connected(healthy, blocking) as client:
        events = client.say(stream=True)

    assert text_of(events) == "Hello there!"
    assert events[0].type == "message-start"
    assert (events[-1].type, events[-1].delta.finish_reason) == ("message-end", "COMPLETE")


FAILURES = [
    (K.ACCOUNT_FLAGGED, 403, "ForbiddenError"),
    (K.AUTH_EXPIRED, 401, "UnauthorizedError"),
    (K.AUTH_REVOKED, 401, "UnauthorizedError"),
    (K.CONFLICT, 409, "ApiError"),
    (K.CONTENT_REFUSED, 498, "InvalidTokenError"),
    (K.CONTEXT_TOO_LONG, 400, "BadRequestError"),
    (K.HISTORY_MISSING, 404, "NotFoundError"),
    (K.INVALID_REQUEST, 400, "BadRequestError"),
    (K.MODEL_RETIRED, 404, "NotFoundError"),
    (K.NOT_FOUND, 404, "NotFoundError"),
    (K.OVERLOADED, 503, "ServiceUnavailableError"),
    (K.PERMISSION_DENIED, 403, "ForbiddenError"),
    (K.PREFILL_REFUSED, 400, "BadRequestError"),
    (K.QUOTA_EXHAUSTED, 402, "ApiError"),
    (K.RATE_LIMIT_REQUESTS, 429, "TooManyRequestsError"),
    (K.RATE_LIMIT_TOKENS, 429, "TooManyRequestsError"),
    (K.REGION_BLOCKED, 403, "ForbiddenError"),
    (K.SERVER_ERROR, 500, "InternalServerError"),
    (K.TIMEOUT, 504, "GatewayTimeoutError"),
    (K.TOO_LARGE, 413, "ApiError"),
]


@BOTH
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize(("kind", "status", "name"), FAILURES)
def test_each_failure_raises_the_clients_own_error(
    kind: FailureKind, status: int, name: str, stream: bool, blocking: bool
) -> None:
    with connected(failing(Failure(kind)), blocking) as client, pytest.raises(Exception) as caught:
        client.say(stream)

    error: Any = caught.value
    assert (type(error).__name__, error.status_code) == (name, status)
    assert error.body["message"]
    assert error.headers["x-debug-trace-id"]


def test_every_kind_is_tried() -> None:
    assert {kind for kind, *_ in FAILURES} == set(FailureKind)


@BOTH
def test_a_rate_limit_is_retried_after_the_wait_that_is_asked_for(blocking: bool) -> None:
    failure = Failure(K.RATE_LIMIT_REQUESTS, retry_after=1.0)

    with connected(failing(failure), blocking) as client, pytest.raises(cohere.errors.TooManyRequestsError):
        client.say(retries=1)

    assert len(client.platform.calls) == 2


@BOTH
def test_a_failure_in_a_stream_raises_nothing_and_is_said_in_its_end(blocking: bool) -> None:
    with connected(failing_after(3, Failure(K.OVERLOADED)), blocking) as client:
        events = client.say(stream=True)

    assert text_of(events) == "Hello"
    assert events[-1].delta.finish_reason == "ERROR"
    assert events[-1].delta.error == "service unavailable, please try again later"


@BOTH
def test_a_stream_that_ends_early_is_not_noticed(blocking: bool) -> None:
    with connected(cut_after(4, "clean"), blocking) as client:
        events = client.say(stream=True)

    assert text_of(events) == "Hello there"
    assert events[-1].type == "content-delta"


@BOTH
@pytest.mark.parametrize(
    ("ending", "error", "timeout"),
    [
        ("fin", httpx.RemoteProtocolError, 20.0),
        ("rst", httpx.ReadError, 20.0),
        ("silence", httpx.ReadTimeout, 0.3),
    ],
)
def test_a_broken_stream_raises_what_the_transport_raises(
    ending: Any, error: type[Exception], timeout: float, blocking: bool
) -> None:
    with connected(cut_after(3, ending), blocking, timeout) as client, pytest.raises(error):
        client.say(stream=True)
