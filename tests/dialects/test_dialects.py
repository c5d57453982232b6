"""What every registered dialect holds, whichever provider it speaks for."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.every_call import BODY, STREAMED, begun, call_for, early, request_for

from brownout.dialects import DIALECTS, dialect_for
from brownout.exchange import Answer, Call, Failure, FailureKind, Finish, Headers, Reply, Request
from brownout.services import SERVICE_NAMES, connection_of
from brownout.wire.framing import cutter_for

ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there", "!"), 8)
NAMES = pytest.mark.parametrize("name", sorted(DIALECTS))
# Each dialect has a property of its own: a quarter of the usual examples for every one of them.
BUSY = settings(max_examples=settings().max_examples // 4)
STRICT = ("anthropic", "openai")  # the grammar of their errors is held here too; others have tests of their own
AT_THE_EDGE = (FailureKind.REGION_BLOCKED, FailureKind.TOO_LARGE)  # refused by the CDN, which knows no request ids
# A blocked prompt is a 200 without candidates there; as these paths stream, it is an array of one, or events.
ANSWERED = [(name, FailureKind.CONTENT_REFUSED) for name in ("copilot.chat", "gemini.generate", "vertex.generate")]
CREATING = ("copilot.conversations",)  # answers 201

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
WORDS = """
messages system tools tool_choice metadata model stream input conversation previous_response_id text role content
response_format stream_options n user items instructions encoding_format dimensions size prompt
contents parts systemInstruction generationConfig toolConfig functionDeclarations requests instances
texts documents query
"""
KEYS = st.sampled_from(re.findall(r"\w+", WORDS))
BODIES = (
    st.binary(max_size=80)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(KEYS, JSON, max_size=8).map(lambda value: json.dumps(value).encode())
)


EACH_STREAMED = pytest.mark.parametrize("name", STREAMED)


def is_sound(reply: Reply) -> None:
    names = [header for header, _ in reply.headers]
    assert all(header == header.lower() for header in names)
    assert len(set(names)) == len(names)
    assert all(value == value.strip() and value.isascii() and value.isprintable() for _, value in reply.headers)


def header(headers: Headers, name: str) -> str | None:
    return dict(headers).get(name)


def test_every_service_has_a_dialect_and_every_dialect_a_service() -> None:
    assert set(DIALECTS) <= set(SERVICE_NAMES)
    called = [name for name in SERVICE_NAMES if name != connection_of(name)]  # a connection says nothing
    assert [name for name in called if dialect_for(name).service != name] == []


def test_a_service_without_a_name_speaks_as_its_provider() -> None:
    assert dialect_for("anthropic.skills") is DIALECTS["anthropic.other"]
    assert dialect_for("openai.chat") is DIALECTS["openai.chat"]


def test_a_provider_that_is_not_built_in_speaks_openais_grammar() -> None:
    spoken = dialect_for("acme.chat")
    assert (spoken.service, type(spoken)) == ("acme.chat", type(dialect_for("groq.chat")))
    assert dialect_for("acme.anything").service == "acme.anything"


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
    assert reply.status == (201 if name in CREATING else 200)
    assert (header(reply.headers, "content-type") or "").partition(";")[0] == "application/json"
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
            dialect.stream_failure(call, Failure(FailureKind.SERVER_ERROR), begun(call, 0))
        with pytest.raises(ValueError, match="never streams"):
            dialect.stream_incomplete(call, early(), begun(call, 0))
        return
    head = dialect.stream_head(call, answer)
    is_sound(head)
    assert (head.status, head.body) == (200, b"")
    cutter = cutter_for(header(head.headers, "content-type") or "", streamed=True)
    assert cutter is not None
    events = list(dialect.stream(call, answer))
    assert [one for event in events for one in cutter.feed(event)] == events
    assert cutter.rest() == b""


@NAMES
def test_every_failure_has_a_body_and_says_who_spoke(name: str) -> None:
    for kind in FailureKind:
        _says_who_spoke(name, kind)


def _says_who_spoke(name: str, kind: FailureKind) -> None:
    call = call_for(name)
    reply = DIALECTS[name].failure(call, Failure(kind, retry_after=1.5))

    is_sound(reply)
    assert 400 <= reply.status <= 599 or (reply.status == 200 and (name, kind) in ANSWERED)
    if header(reply.headers, "content-type") == "text/html":
        assert reply.body.startswith(b"<html>")
        return
    if header(reply.headers, "content-type") == "text/event-stream":
        assert reply.body.startswith(b"data: {")
        return
    body = json.loads(reply.body)
    assert body
    if name.partition(".")[0] not in STRICT or name.endswith(".status"):
        return
    assert body["error"]["type"]
    assert body["error"]["message"]
    spoke = header(reply.headers, "x-request-id") or header(reply.headers, "request-id")
    assert spoke or (name.startswith("anthropic.") and kind in AT_THE_EDGE)
    assert float(header(reply.headers, "retry-after") or 0) >= 1.5


@NAMES
def test_status_and_text_can_be_set(name: str) -> None:
    for kind in FailureKind:
        reply = DIALECTS[name].failure(call_for(name), Failure(kind, status=599, message="As asked"))

        assert reply.status == 599
        assert b"As asked" in reply.body


@NAMES
def test_without_figures_there_is_no_wait_in_the_headers(name: str) -> None:
    reply = DIALECTS[name].failure(call_for(name), Failure(FailureKind.RATE_LIMIT_REQUESTS))

    assert reply.status >= 400
    assert not [key for key, _ in reply.headers if key.startswith("retry-after")]


def parts_of(name: str, call: Call, events: bytes) -> tuple[list[bytes], bytes]:
    """The whole events in a stream's bytes, and what is left."""
    cutter = cutter_for(header(DIALECTS[name].stream_head(call, ANSWER).headers, "content-type") or "", True)
    assert cutter is not None
    return list(cutter.feed(events)), cutter.rest()


@EACH_STREAMED
def test_an_error_in_a_stream_is_whole_events(name: str) -> None:
    call = call_for(name, stream=True)
    for kind in FailureKind:
        whole, rest = parts_of(name, call, DIALECTS[name].stream_failure(call, Failure(kind), begun(call, 4)))

        assert whole
        assert rest == b""


@EACH_STREAMED
@pytest.mark.parametrize("finish", ["length", "content_filter", "refusal"])
def test_a_stream_can_stop_early_with_whole_events(name: str, finish: Finish) -> None:
    call = call_for(name, stream=True)
    for sent in (0, 1, 4):
        whole, rest = parts_of(name, call, DIALECTS[name].stream_incomplete(call, early(finish), begun(call, sent)))

        assert whole
        assert rest == b""


@NAMES
@pytest.mark.parametrize("finish", ["length", "content_filter", "refusal", "tool_calls"])
def test_an_answer_may_end_in_any_way(name: str, finish: Finish) -> None:
    answer = replace(ANSWER, finish=finish, tool="find_parcel" if finish == "tool_calls" else None)
    call = call_for(name, stream=True)

    is_sound(DIALECTS[name].answer(call_for(name), answer))

    assert not call.stream or list(DIALECTS[name].stream(call, answer))


@NAMES
def test_no_answer_holds_the_callers_key(name: str) -> None:
    headers = {"authorization": "Bearer sk-test-secret", "x-api-key": "sk-test-secret"}
    dialect = DIALECTS[name]
    call = dialect.read(request_for(name, json.dumps(BODY).encode(), headers))

    for reply in (dialect.answer(call, ANSWER), *(dialect.failure(call, Failure(kind)) for kind in FailureKind)):
        assert b"sk-test-secret" not in reply.body
        assert "sk-test-secret" not in str(reply.headers)
    assert "sk-test-secret" not in repr(replace(call, request=Request("GET", "h", "/")))
