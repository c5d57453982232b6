"""What all Ollama services read and send alike, and its two services that answer in words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support.every_call import begun, early
from support.ollama_calls import ANSWER, call_for

from brownout.dialects import DIALECTS
from brownout.exchange import Asked, Call, Failure, FailureKind, Finish
from brownout.services import BUILT_IN

CHAT: dict[str, Any] = {"model": "llama3.2", "messages": [{"role": "user", "content": "Hi"}]}
WORDS: dict[str, dict[str, Any]] = {"/api/chat": CHAT, "/api/generate": {"model": "llama3.2", "prompt": "Hi"}}
EVERY = pytest.mark.parametrize("path", list(WORDS))


def lines_of(data: bytes | list[bytes]) -> list[dict[str, Any]]:
    joined = data if isinstance(data, bytes) else b"".join(data)
    assert joined.endswith(b"\n")
    return [json.loads(line) for line in joined.splitlines()]


def said_in(line: dict[str, Any]) -> str:
    return str(line["message"]["content"] if "message" in line else line["response"])


def streamed(call: Call, **changes: Any) -> list[dict[str, Any]]:
    return lines_of(list(DIALECTS[call.service].stream(call, replace(ANSWER, **changes))))


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/api/chat", "ollama.chat"),
        ("POST", "/api/generate", "ollama.generate"),
        ("POST", "/api/embed", "ollama.embeddings"),
        ("POST", "/api/embeddings", "ollama.embeddings"),
        ("GET", "/api/tags", "ollama.models"),
        ("POST", "/api/show", "ollama.models"),
        ("GET", "/api/ps", "ollama.models"),
        ("GET", "/api/version", "ollama.models"),
        ("POST", "/v1/chat/completions", "ollama.openai_chat"),
        ("POST", "/v1/embeddings", "ollama.openai_embeddings"),
        ("GET", "/v1/models/llama3.2", "ollama.openai_models"),
        ("POST", "/api/pull", "ollama.other"),
    ],
)
def test_the_path_names_the_service(method: str, path: str, service: str) -> None:
    assert BUILT_IN.service_of("ollama", method, path) == service


def test_only_the_hosted_one_has_a_host() -> None:
    provider = BUILT_IN.provider_of_host("ollama.com")

    assert provider is not None
    assert provider.name == "ollama"
    assert BUILT_IN.provider_of_host("localhost:11434") is None


@EVERY
@pytest.mark.parametrize(("given", "stream"), [({}, True), ({"stream": True}, True), ({"stream": False}, False)])
def test_it_streams_unless_it_is_told_not_to(path: str, given: dict[str, Any], stream: bool) -> None:
    call = call_for(path, **WORDS[path], **given)

    assert (call.stream, call.model, call.text) == (stream, "llama3.2", "Hi")


def test_what_answers_no_words_never_streams() -> None:
    assert not call_for("/api/embed", model="x", input="y", stream=True).stream


@EVERY
def test_a_stream_is_a_line_a_token_and_a_last_one_with_the_figures(path: str) -> None:
    found = streamed(call_for(path, **WORDS[path]))

    assert "".join(map(said_in, found)) == "Hello there!"
    assert [line["done"] for line in found] == [False, False, False, True]
    assert {line["model"] for line in found} == {"llama3.2"}
    last = found[-1]
    assert (last["done_reason"], last["prompt_eval_count"], last["eval_count"]) == ("stop", 8, 3)
    assert last["total_duration"] > last["load_duration"] + last["prompt_eval_duration"] + last["eval_duration"]


@EVERY
def test_lines_are_dated_one_after_the_other(path: str) -> None:
    dates = [line["created_at"] for line in streamed(call_for(path, **WORDS[path]), pieces=("x",) * 200)]

    assert dates == sorted(dates)
    assert dates[0].startswith("2025-11-13T02:13:2")


@EVERY
def test_a_plain_answer_says_all_at_once(path: str) -> None:
    call = call_for(path, **WORDS[path], stream=False)
    body = json.loads(DIALECTS[call.service].answer(call, ANSWER).body)

    assert said_in(body) == "Hello there!"
    assert (body["done"], body["done_reason"]) == (True, "stop")


@EVERY
@pytest.mark.parametrize(
    ("finish", "reason"), [("stop", "stop"), ("length", "length"), ("content_filter", "stop"), ("refusal", "stop")]
)
def test_why_it_ended_is_said_in_ollamas_words(path: str, finish: Finish, reason: str) -> None:
    assert streamed(call_for(path, **WORDS[path]), finish=finish)[-1]["done_reason"] == reason


@EVERY
@pytest.mark.parametrize("sent", [0, 3])
def test_a_stream_that_stops_early_has_its_last_line(path: str, sent: int) -> None:
    call = call_for(path, **WORDS[path])
    (last,) = lines_of(DIALECTS[call.service].stream_incomplete(call, early(), begun(call, sent)))

    assert sorted(last) == sorted(streamed(call)[-1])
    assert (last["done"], last["done_reason"], last["eval_count"]) == (True, "length", sent)


@EVERY
def test_without_words_there_is_only_the_last_line(path: str) -> None:
    (last,) = streamed(call_for(path, **WORDS[path]), pieces=())

    assert (said_in(last), last["done"]) == ("", True)


def test_a_tools_call_comes_whole_in_one_line() -> None:
    use: dict[str, Any] = {"pieces": ('{"city":', ' "Rome"}'), "finish": "tool_calls", "tool": "get_weather"}
    first, last = streamed(call_for("/api/chat", **CHAT), **use)

    assert first["message"]["tool_calls"] == [{"function": {"name": "get_weather", "arguments": {"city": "Rome"}}}]
    assert (first["message"]["content"], first["done"]) == ("", False)
    assert (last["message"], last["done"], last["done_reason"]) == ({"role": "assistant", "content": ""}, True, "stop")


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, Asked()),
        ({"format": "json"}, Asked(schema={})),
        ({"format": {"type": "object"}}, Asked(schema={"type": "object"})),
        ({"format": "xml"}, Asked()),
        ({"options": {"num_predict": 32}}, Asked(limit=32)),
        ({"options": {"num_predict": -1}}, Asked()),
        ({"options": {"num_predict": True}}, Asked()),
        ({"options": []}, Asked()),
    ],
)
@EVERY
def test_the_form_and_the_length_can_be_insisted_on_but_no_tool(path: str, given: dict[str, Any], asked: Asked) -> None:
    call = call_for(path, **WORDS[path], **given)

    assert DIALECTS[call.service].asked(call) == asked


def test_a_prompt_has_a_system_text_and_a_conversation_of_its_own() -> None:
    call = call_for("/api/generate", model="m", prompt="Hi", system="be kind")

    assert [(turn.role, turn.text) for turn in call.turns] == [("system", "be kind"), ("user", "Hi")]
    assert call.conversation != call_for("/api/generate", model="m", prompt="Ho", system="be kind").conversation


def test_the_last_line_of_a_completion_has_the_tokens_so_far() -> None:
    last = streamed(call_for("/api/generate", **WORDS["/api/generate"]))[-1]

    assert len(last["context"]) == 11
    assert all(isinstance(token, int) for token in last["context"])


@EVERY
@pytest.mark.parametrize("kind", list(FailureKind))
def test_an_error_in_a_stream_is_a_line_with_the_same_text_as_without(path: str, kind: FailureKind) -> None:
    call = call_for(path, **WORDS[path])
    dialect = DIALECTS[call.service]
    (line,) = lines_of(dialect.stream_failure(call, Failure(kind), begun(call, 2)))

    assert line == json.loads(dialect.failure(call, Failure(kind)).body)
    assert list(line) == ["error"]
