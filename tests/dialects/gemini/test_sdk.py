"""Google's own client, blocking and asynchronous, against what the dialects put on the wire."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from support.every_call import begun, early
from support.spoken import Platform, Speaker, Spoken, cut_after, failing, failing_after, healthy, whole
from support.upstreams import raw_upstream

from brownout.dialects import dialect_for
from brownout.exchange import Answer, Call, Failure, FailureKind

genai = pytest.importorskip("google.genai")
errors = pytest.importorskip("google.genai.errors")
MODEL = "gemini-2.5-flash"
K = FailureKind
PROVIDERS = ("gemini", "vertex")
BOTH = pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
QUICK = 300
"""Milliseconds that a client waits for the next byte, where it is to run out of patience."""


class Client:
    """The client of one provider, used in one way; asynchronous calls share one loop."""

    def __init__(self, real: Any, runner: asyncio.Runner, blocking: bool) -> None:
        self._real, self._runner, self._blocking = real, runner, blocking

    def say(self, stream: bool = False) -> list[Any]:
        """The responses to one question."""
        asked = {"model": MODEL, "contents": "Hello"}
        if not self._blocking:
            return self._runner.run(self._later(stream, asked))
        if stream:
            return list(self._real.models.generate_content_stream(**asked))
        return [self._real.models.generate_content(**asked)]

    async def _later(self, stream: bool, asked: dict[str, Any]) -> list[Any]:
        if stream:
            return [chunk async for chunk in await self._real.aio.models.generate_content_stream(**asked)]
        return [await self._real.aio.models.generate_content(**asked)]


class Stage:
    """Platforms and clients, made once: a client takes its time to be made."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._runner = stack.enter_context(asyncio.Runner())
        self._platforms: dict[str, tuple[Platform, str]] = {}
        self._clients: dict[tuple[str, int], Any] = {}

    def client(self, speaker: Speaker, blocking: bool, provider: str = "gemini", timeout: int = 20_000) -> Client:
        """A client of a platform that speaks so from now on."""
        if provider not in self._platforms:
            platform = Platform(provider, "host")
            self._platforms[provider] = platform, self._stack.enter_context(raw_upstream(platform.handler)).url
        platform, url = self._platforms[provider]
        platform.speaker = speaker
        if (provider, timeout) not in self._clients:
            mode = {"vertexai": True} if provider == "vertex" else {}
            made = genai.Client(api_key="sk-test-1", http_options={"base_url": url, "timeout": timeout}, **mode)
            self._clients[provider, timeout] = made
            self._stack.callback(self._close, made)
        return Client(self._clients[provider, timeout], self._runner, blocking)

    def _close(self, made: Any) -> None:
        self._runner.run(made.aio.aclose())
        made.close()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("GOOGLE_")]:
            patch.delenv(name)
        yield Stage(stack)


def names_of(error: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def text_of(responses: list[Any]) -> str:
    return "".join(one.text or "" for one in responses)


@BOTH
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_arrives_whole(stage: Stage, blocking: bool, provider: str, stream: bool) -> None:
    responses = stage.client(healthy, blocking, provider).say(stream)

    last = responses[-1]
    assert text_of(responses) == "Hello there!"
    assert last.candidates[0].finish_reason == "STOP"
    assert (last.usage_metadata.prompt_token_count, last.usage_metadata.total_token_count) == (8, 11)
    assert last.model_version == MODEL


@BOTH
@pytest.mark.parametrize("stream", [False, True])
def test_a_functions_call_is_understood(stage: Stage, blocking: bool, stream: bool) -> None:
    answer = Answer("ab" * 16, 0, ('{"id":', " 7}"), 8, "tool_calls", "find_parcel")

    (called,) = [
        one
        for response in stage.client(lambda call: healthy(call, answer), blocking).say(stream)
        for one in response.function_calls or ()
    ]

    assert (called.name, called.args) == ("find_parcel", {"id": 7})


@BOTH
@pytest.mark.parametrize("stream", [False, True])
def test_a_blocked_prompt_is_an_answer_without_text(stage: Stage, blocking: bool, stream: bool) -> None:
    (only,) = stage.client(failing(Failure(K.CONTENT_REFUSED)), blocking).say(stream)

    assert only.text is None
    assert only.prompt_feedback.block_reason == "PROHIBITED_CONTENT"


@BOTH
def test_a_blocked_answer_has_no_text(stage: Stage, blocking: bool) -> None:
    answer = Answer("ab" * 16, 0, ("Hello",), 8, "content_filter")

    (only,) = stage.client(lambda call: healthy(call, answer), blocking).say()

    assert only.text is None
    assert only.candidates[0].finish_reason == "SAFETY"


GEMINI = {
    K.ACCOUNT_FLAGGED: (403, "PERMISSION_DENIED"),
    K.AUTH_EXPIRED: (400, "INVALID_ARGUMENT"),
    K.AUTH_REVOKED: (400, "INVALID_ARGUMENT"),
    K.CONFLICT: (409, "ABORTED"),
    K.CONTEXT_TOO_LONG: (400, "INVALID_ARGUMENT"),
    K.HISTORY_MISSING: (403, "PERMISSION_DENIED"),
    K.INVALID_REQUEST: (400, "INVALID_ARGUMENT"),
    K.MODEL_RETIRED: (404, "NOT_FOUND"),
    K.NOT_FOUND: (404, "NOT_FOUND"),
    K.OVERLOADED: (503, "UNAVAILABLE"),
    K.PERMISSION_DENIED: (403, "PERMISSION_DENIED"),
    K.PREFILL_REFUSED: (400, "INVALID_ARGUMENT"),
    K.QUOTA_EXHAUSTED: (402, "RESOURCE_EXHAUSTED"),
    K.RATE_LIMIT_REQUESTS: (429, "RESOURCE_EXHAUSTED"),
    K.RATE_LIMIT_TOKENS: (429, "RESOURCE_EXHAUSTED"),
    K.REGION_BLOCKED: (400, "FAILED_PRECONDITION"),
    K.SERVER_ERROR: (500, "INTERNAL"),
    K.TIMEOUT: (504, "DEADLINE_EXCEEDED"),
    K.TOO_LARGE: (400, "INVALID_ARGUMENT"),
}
VERTEX = {
    **GEMINI,
    K.AUTH_EXPIRED: (401, "UNAUTHENTICATED"),
    K.AUTH_REVOKED: (401, "UNAUTHENTICATED"),
    K.HISTORY_MISSING: (404, "NOT_FOUND"),
    K.QUOTA_EXHAUSTED: (429, "RESOURCE_EXHAUSTED"),
}
FAILURES = [("gemini", kind, *said) for kind, said in GEMINI.items()]
FAILURES += [("vertex", kind, *said) for kind, said in VERTEX.items()]


def test_every_kind_that_is_an_error_is_tried() -> None:
    assert set(GEMINI) | {K.CONTENT_REFUSED} == set(FailureKind)


@BOTH
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize(("provider", "kind", "code", "status"), FAILURES)
def test_each_failure_raises_the_clients_own_error(
    stage: Stage, provider: str, kind: FailureKind, code: int, status: str, stream: bool, blocking: bool
) -> None:
    expected = errors.ClientError if code < 500 else errors.ServerError

    client = stage.client(failing(Failure(kind)), blocking, provider)
    with pytest.raises(expected) as caught:
        client.say(stream)

    error = caught.value
    assert (error.code, error.status) == (code, status)
    assert error.details["error"]["message"] == error.message
    assert error.message


@BOTH
def test_the_wait_is_in_the_details(stage: Stage, blocking: bool) -> None:
    failure = Failure(K.RATE_LIMIT_REQUESTS, limit=10, retry_after=10.5)

    client = stage.client(failing(failure), blocking)
    with pytest.raises(errors.ClientError) as caught:
        client.say()

    found = {detail["@type"].rpartition(".")[2]: detail for detail in caught.value.details["error"]["details"]}
    assert found["RetryInfo"]["retryDelay"] in ("10s", "10.5s")
    assert found["QuotaFailure"]["violations"][0]["quotaValue"] == "10"
    assert caught.value.message.endswith("Please retry in 10.5s.")


@BOTH
@pytest.mark.parametrize("sent", [0, 2])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_error_in_a_stream_is_raised(stage: Stage, provider: str, sent: int, blocking: bool) -> None:
    speaker = failing_after(sent, Failure(K.OVERLOADED))

    client = stage.client(speaker, blocking, provider)
    with pytest.raises(errors.ServerError) as caught:
        client.say(stream=True)

    assert (caught.value.code, caught.value.status) == (503, "UNAVAILABLE")
    assert caught.value.message == "The model is overloaded. Please try again later."


@BOTH
def test_a_stream_that_ends_early_is_not_noticed(stage: Stage, blocking: bool) -> None:
    responses = stage.client(cut_after(2, "clean"), blocking).say(stream=True)

    assert text_of(responses) == "Hello there"
    assert responses[-1].candidates[0].finish_reason is None


@BOTH
def test_a_stream_that_ends_within_an_event_is_unreadable(stage: Stage, blocking: bool) -> None:
    client = stage.client(cut_after(1, "clean", [b'data: {"candidates": [{"con']), blocking)
    with pytest.raises(errors.UnknownApiResponseError):
        client.say(stream=True)


@pytest.mark.parametrize(
    ("ending", "blocking", "names"),
    [
        ("fin", True, {"RemoteProtocolError"}),
        ("fin", False, {"ClientPayloadError"}),
        ("rst", True, {"ReadError"}),
        ("rst", False, {"ClientPayloadError", "ClientOSError"}),
        ("silence", True, {"ReadTimeout"}),
        ("silence", False, {"TimeoutError"}),
    ],
)
def test_a_broken_stream_raises_what_the_transport_raises(
    stage: Stage, ending: Any, blocking: bool, names: set[str]
) -> None:
    timeout = QUICK if ending == "silence" else 20_000

    client = stage.client(cut_after(2, ending), blocking, timeout=timeout)
    with pytest.raises(Exception) as caught:
        client.say(stream=True)

    assert names_of(caught.value) & names
    assert not isinstance(caught.value, errors.APIError)


@BOTH
@pytest.mark.parametrize(("finish", "reason"), [("length", "MAX_TOKENS"), ("content_filter", "SAFETY")])
def test_a_stream_that_stops_early_says_why(stage: Stage, finish: Any, reason: str, blocking: bool) -> None:
    def speak(call: Call) -> Spoken:
        closing = dialect_for(call.service).stream_incomplete(call, early(finish), begun(call, 2))
        return cut_after(2, "clean", [closing])(call)

    responses = stage.client(speak, blocking).say(stream=True)

    assert text_of(responses) == "Hello there"
    assert responses[-1].candidates[0].finish_reason == reason


@BOTH
def test_an_empty_answer_is_read(stage: Stage, blocking: bool) -> None:
    empty = Answer("ab" * 16, 0, (), 8)

    (only,) = stage.client(lambda call: whole(dialect_for(call.service).answer(call, empty)), blocking).say()

    assert only.text is None
