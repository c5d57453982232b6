"""What every registered dialect holds, whichever provider it speaks for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brownout.dialects import DIALECTS, dialect_for
from brownout.dialects.framing import cutter_for
from brownout.exchange import Answer, Call, Failure, FailureKind, Headers, Reply, Request
from brownout.services import PROVIDERS, SERVICE_NAMES

ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there", "!"), 8)
PATHS = {
    "anthropic.count_tokens": ("POST", "/v1/messages/count_tokens"),
    "anthropic.messages": ("POST", "/v1/messages"),
    "anthropic.models": ("GET", "/v1/models"),
    "openai.chat": ("POST", "/v1/chat/completions"),
    "openai.conversations": ("POST", "/v1/conversations"),
    "openai.embeddings": ("POST", "/v1/embeddings"),
    "openai.images": ("POST", "/v1/images/generations"),
    "openai.models": ("GET", "/v1/models"),
    "openai.responses": ("POST", "/v1/responses"),
}
HOSTS = {provider.name: provider.hosts[0] for provider in PROVIDERS}
BODY = {"model": "some-model", "messages": [{"role": "user", "content": "Hello"}], "input": "Hello", "prompt": "Hello"}
NAMES = pytest.mark.parametrize("name", sorted(DIALECTS))
BUSY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
KINDS = pytest.mark.parametrize("kind", list(FailureKind))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
WORDS = """
messages system tools tool_choice metadata model stream input conversation previous_response_id text role content
response_format stream_options n user items instructions encoding_format dimensions size prompt
"""
KEYS = st.sampled_from(re.findall(r"\w+", WORDS))
BODIES = (
    st.binary(max_size=80)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(KEYS, JSON, max_size=8).map(lambda value: json.dumps(value).encode())
)


def request_for(name: str, body: bytes, headers: dict[str, str] | None = None) -> Request:
    method, path = PATHS.get(name, ("POST", "/v1/something/else"))
    return Request(method, HOSTS[name.partition(".")[0]], path, headers=headers or {}, body=body)


def call_for(name: str, **body: Any) -> Call:
    return DIALECTS[name].read(request_for(name, json.dumps({**BODY, **body}).encode()))


def is_sound(reply: Reply) -> None:
    names = [header for header, _ in reply.headers]
    assert all(header == header.lower() for header in names)
    assert len(set(names)) == len(names)
    assert all(value == value.strip() and value.isascii() and value.isprintable() for _, value in reply.headers)


def header(headers: Headers, name: str) -> str | None:
    return dict(headers).get(name)


def test_every_service_has_a_dialect_and_every_dialect_a_service() -> None:
    assert sorted(DIALECTS) == sorted(SERVICE_NAMES)
    assert all(dialect.service == name for name, dialect in DIALECTS.items())


def test_a_service_without_a_name_speaks_as_its_provider() -> None:
    assert dialect_for("anthropic.batches") is DIALECTS["anthropic.other"]
    assert dialect_for("openai.chat") is DIALECTS["openai.chat"]


def test_a_provider_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError):
        dialect_for("acme.chat")


@NAMES
@BUSY
@given(body=BODIES, headers=st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=4))
def test_reading_never_fails(name: str, body: bytes, headers: dict[str, str]) -> None:
    call = DIALECTS[name].read(request_for(name, body, headers))

    assert call.service == name
    assert isinstance(call.text, str)
    assert isinstance(call.stream, bool)
    assert call.model is None or isinstance(call.model, str)
    assert call.conversation is None or isinstance(call.conversation, str)
    assert hash(call.turns) == hash(call.turns)


@NAMES
@BUSY
@given(body=BODIES, stream=st.booleans(), kind=st.sampled_from(list(FailureKind)))
def test_whatever_was_read_can_be_answered_and_refused(name: str, body: bytes, stream: bool, kind: FailureKind) -> None:
    dialect = DIALECTS[name]
    call = dialect.read(request_for(name, body))

    is_sound(dialect.answer(call, ANSWER))
    is_sound(dialect.failure(call, Failure(kind)))
    if call.stream:
        assert list(dialect.stream(call, ANSWER))


@NAMES
@pytest.mark.parametrize("pieces", [ANSWER.pieces, ()], ids=["words", "empty"])
def test_a_healthy_answer_is_a_200_of_json(name: str, pieces: tuple[str, ...]) -> None:
    reply = DIALECTS[name].answer(call_for(name), replace(ANSWER, pieces=pieces))

    is_sound(reply)
    assert reply.status == 200
    assert header(reply.headers, "content-type") == "application/json"
    assert isinstance(json.loads(reply.body), dict)


@NAMES
@pytest.mark.parametrize("pieces", [ANSWER.pieces, ()], ids=["words", "empty"])
def test_a_stream_is_whole_events_of_its_framing(name: str, pieces: tuple[str, ...]) -> None:
    dialect, answer = DIALECTS[name], replace(ANSWER, pieces=pieces)
    call = call_for(name, stream=True)
    if not call.stream:
        with pytest.raises(ValueError, match="never streams"):
            dialect.stream_head(call, answer)
        with pytest.raises(ValueError, match="never streams"):
            list(dialect.stream(call, answer))
        with pytest.raises(ValueError, match="never streams"):
            dialect.stream_failure(call, Failure(FailureKind.SERVER_ERROR), 0)
        return
    head = dialect.stream_head(call, answer)
    is_sound(head)
    assert (head.status, head.body) == (200, b"")
    cutter = cutter_for(header(head.headers, "content-type") or "")
    assert cutter is not None
    events = list(dialect.stream(call, answer))
    assert [one for event in events for one in cutter.feed(event)] == events
    assert cutter.rest() == b""


@NAMES
@KINDS
def test_every_failure_has_a_body_and_says_who_spoke(name: str, kind: FailureKind) -> None:
    call = call_for(name)
    reply = DIALECTS[name].failure(call, Failure(kind, retry_after=1.5))

    is_sound(reply)
    assert 400 <= reply.status <= 599
    error = json.loads(reply.body)["error"]
    assert error["type"]
    assert error["message"]
    assert header(reply.headers, "x-request-id") or header(reply.headers, "request-id")
    assert float(header(reply.headers, "retry-after") or 0) >= 1.5


@NAMES
@KINDS
def test_status_and_text_can_be_set(name: str, kind: FailureKind) -> None:
    reply = DIALECTS[name].failure(call_for(name), Failure(kind, status=599, message="As asked"))

    assert reply.status == 599
    assert json.loads(reply.body)["error"]["message"] == "As asked"


@NAMES
def test_without_figures_there_is_no_wait_in_the_headers(name: str) -> None:
    reply = DIALECTS[name].failure(call_for(name), Failure(FailureKind.RATE_LIMIT_REQUESTS))

    assert reply.status == 429
    assert not [key for key, _ in reply.headers if key.startswith("retry-after")]


@NAMES
@KINDS
def test_an_error_in_a_stream_is_whole_events(name: str, kind: FailureKind) -> None:
    dialect = DIALECTS[name]
    call = call_for(name, stream=True)
    if not call.stream:
        return
    cutter = cutter_for(header(dialect.stream_head(call, ANSWER).headers, "content-type") or "")
    assert cutter is not None
    assert cutter.feed(dialect.stream_failure(call, Failure(kind), 4))
    assert cutter.rest() == b""


@NAMES
def test_no_answer_holds_the_callers_key(name: str) -> None:
    headers = {"authorization": "Bearer sk-test-secret", "x-api-key": "sk-test-secret"}
    dialect = DIALECTS[name]
    call = dialect.read(request_for(name, json.dumps(BODY).encode(), headers))

    for reply in (dialect.answer(call, ANSWER), *(dialect.failure(call, Failure(kind)) for kind in FailureKind)):
        assert b"sk-test-secret" not in reply.body
        assert "sk-test-secret" not in str(reply.headers)
    assert "sk-test-secret" not in repr(replace(call, request=Request("GET", "h", "/")))
