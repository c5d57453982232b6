"""Realtime: what a client's events lead to, in the words of both generations, as the official types have them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.beta.realtime import RealtimeServerEvent as PastEvent
from openai.types.realtime import RealtimeServerEvent
from openai.types.realtime.client_secret_create_response import ClientSecretCreateResponse
from pydantic import TypeAdapter

from brownout.dialects import dialect_for
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import realtime_events as say
from brownout.dialects.openai import realtime_session as talk
from brownout.dialects.openai.error import Error
from brownout.dialects.openai.realtime_events import Event, Speech
from brownout.dialects.openai.realtime_session import Heard, Session
from brownout.exchange import Answer, Call, Request

ID = "ab" * 16
NOW = 1_763_000_000
ANSWER = Answer(ID, NOW, ("Hello", " there", "!"), 8)
MINE = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello bo-aaaaaaaaaaaa"}]}
PRESENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)
PAST: TypeAdapter[Any] = TypeAdapter(PastEvent)


def call(**headers: str) -> Call:
    given = {"upgrade": "websocket", "authorization": "Bearer sk-test-1", **headers}
    request = Request("GET", "api.openai.com", "/v1/realtime", "model=gpt-4o-realtime-preview", headers=given)
    return dialect_for("openai.realtime").read(request)


def opened(beta: bool = False) -> Session:
    return talk.opened(call(**({"openai-beta": "realtime=v1"} if beta else {})), ID, NOW)


def heard(session: Session, /, **event: Any) -> Heard:
    return talk.hear(session, event, ID)


def is_sound(event: Event, beta: bool = False) -> None:
    """The official client finds in it what its types say."""
    numbered = {"event_id": "event_1", **event}
    (PAST if beta else PRESENT).validate_python(numbered)
    openai.dump(numbered)


def test_a_handshake_names_its_model_in_the_query() -> None:
    assert (call().model, call().upgrade) == ("gpt-4o-realtime-preview", True)


@pytest.mark.parametrize("beta", [False, True])
def test_a_session_is_shown_as_its_generation_has_it(beta: bool) -> None:
    session = opened(beta)

    is_sound({"type": "session.created", "session": session.shown}, beta)
    assert session.shown["model"] == "gpt-4o-realtime-preview"
    assert ("modalities" in session.shown) == beta
    assert ("output_modalities" in session.shown) != beta


@pytest.mark.parametrize("beta", [False, True])
@pytest.mark.parametrize("audio", [False, True])
@pytest.mark.parametrize("answer", [ANSWER, Answer(ID, NOW, ('{"x"', ": 1}"), 3, "tool_calls", "look")])
def test_every_event_of_an_answer_is_as_the_official_types_say(beta: bool, audio: bool, answer: Answer) -> None:
    events = list(say.answered(answer, Speech(beta, audio)))

    for event in events:
        is_sound(event, beta)
    assert (events[0]["type"], events[-1]["type"]) == ("response.created", "response.done")
    assert events[-1]["response"]["usage"]["total_tokens"] == answer.input_tokens + answer.output_tokens


@pytest.mark.parametrize(
    ("beta", "audio", "delta"),
    [
        (False, False, "response.output_text.delta"),
        (False, True, "response.output_audio_transcript.delta"),
        (True, False, "response.text.delta"),
        (True, True, "response.audio_transcript.delta"),
    ],
)
def test_the_words_add_up_in_each_form(beta: bool, audio: bool, delta: str) -> None:
    events = list(say.answered(ANSWER, Speech(beta, audio)))

    assert "".join(event["delta"] for event in events if event["type"] == delta) == "Hello there!"


def test_an_answer_that_was_cut_short_says_why() -> None:
    done = list(say.answered(Answer(ID, NOW, ("Hel",), 1, "length"), Speech()))[-1]["response"]

    assert (done["status"], done["status_details"]["reason"]) == ("incomplete", "max_output_tokens")


@pytest.mark.parametrize("beta", [False, True])
def test_what_was_said_is_in_the_conversation(beta: bool) -> None:
    first = heard(opened(beta), type="conversation.item.create", item=MINE)
    second = heard(first.session, type="conversation.item.create", item={**MINE, "id": "mine"})

    names = ["conversation.item.created"] if beta else ["conversation.item.added", "conversation.item.done"]
    assert [event["type"] for event in first.events] == names
    for event in (*first.events, *second.events):
        is_sound(event, beta)
    assert second.events[0]["previous_item_id"] == first.events[0]["item"]["id"]
    asked = talk.call_of(second.session, call(), {})
    assert (asked.text, len(asked.turns)) == ("Hello bo-aaaaaaaaaaaa", 3)


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    update = {"type": "realtime", "output_modalities": ["text"], "audio": {"output": {"voice": "marin"}}, "model": "x"}
    session = heard(opened(), type="session.update", session=update).session

    assert session.shown["audio"]["output"] == {**opened().shown["audio"]["output"], "voice": "marin"}
    assert session.shown["audio"]["input"] == opened().shown["audio"]["input"]
    assert session.shown["model"] == "gpt-4o-realtime-preview"
    assert not talk.speech_of(session, {}).audio
    assert talk.speech_of(session, {"output_modalities": ["audio"]}).audio


def test_an_item_is_shown_and_taken_away() -> None:
    session = heard(opened(), type="conversation.item.create", item={**MINE, "id": "mine"}).session

    (shown,) = heard(session, type="conversation.item.retrieve", item_id="mine").events
    cut = {"content_index": 0, "audio_end_ms": 1500}
    (truncated,) = heard(session, type="conversation.item.truncate", item_id="mine", **cut).events
    left = heard(session, type="conversation.item.delete", item_id="mine")
    gone = heard(left.session, type="conversation.item.delete", item_id="mine")

    for event in (shown, truncated, *left.events, *gone.events):
        is_sound(event)
    assert left.session.items == ()
    assert gone.events[0]["error"]["code"] == "item_delete_invalid_item_id"


def test_sound_becomes_an_item_once_there_is_any() -> None:
    session = opened()
    (empty,) = heard(session, type="input_audio_buffer.commit").events
    session = heard(session, type="input_audio_buffer.append", audio="AAAA").session
    committed = heard(session, type="input_audio_buffer.commit")
    (cleared,) = heard(committed.session, type="input_audio_buffer.clear").events

    assert empty["error"]["code"] == "input_audio_buffer_commit_empty"
    for event in (empty, *committed.events, cleared):
        is_sound(event)
    assert len(committed.session.items) == 1


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({}, "missing_required_parameter"),
        ({"type": "conversation.item.create"}, "missing_required_parameter"),
        ({"type": "nonsense"}, "invalid_value"),
    ],
)
def test_an_event_that_makes_no_sense_is_an_error_that_names_it(event: dict[str, str], code: str) -> None:
    (error,) = talk.hear(opened(), {**event, "event_id": "mine"}, ID).events

    is_sound(error)
    assert (error["error"]["code"], error["error"]["event_id"]) == (code, "mine")


def test_a_response_is_asked_for_with_its_own_settings() -> None:
    session = heard(opened(), type="conversation.item.create", item=MINE).session
    tool = {"type": "function", "name": "look", "parameters": {"type": "object"}}
    asks = {"instructions": "Be brief.", "tools": [tool], "tool_choice": "required", "conversation": "none"}

    made = talk.call_of(session, call(), heard(session, type="response.create", response=asks).asks or {})

    assert made.turns[0].text == "Be brief."
    assert openai.asked(made).tool is not None
    assert talk.speech_of(session, asks).conversation is None
    assert heard(session, type="response.cancel").cancels


@given(message=st.binary(max_size=60) | st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8) | st.sampled_from(talk.KINDS),
    lambda inner: st.dictionaries(
        st.sampled_from(["type", "item", "item_id", "session", "response", "input", "content", "audio", "tools"]), inner
    ) | st.lists(inner, max_size=3),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_message_is_too_strange(message: bytes) -> None:
    said = talk.hear(opened(), talk.event_of(message), ID)

    for event in said.events:
        openai.dump(event)
    openai.asked(talk.call_of(said.session, call(), said.asks or {}))
    assert json.loads(openai.dump(list(say.answered(ANSWER, talk.speech_of(said.session, said.asks or {})))))


@pytest.mark.parametrize("made", [Error(429, "Slow down.", "tokens", "rate_limit_exceeded"), Error(500, "Oh.", "x")])
def test_failures_are_as_the_official_types_say(made: Error) -> None:
    for event in (say.error(made, None), *say.failed(ID, Speech(), made), say.cancelled(ID, Speech())):
        is_sound(event)


def test_a_secret_opens_a_session() -> None:
    request = Request("POST", "api.openai.com", "/v1/realtime/client_secrets", body=b'{"session": {"model": "m"}}')
    dialect = dialect_for("openai.realtime")

    made = ClientSecretCreateResponse.model_validate_json(dialect.answer(dialect.read(request), ANSWER).body)

    assert (made.value, made.session.to_dict()["model"]) == (f"ek_{ID}", "m")
    assert made.expires_at > NOW
