"""What the stand-in says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brownout.calls import canary
from brownout.dialects.openai.chat import OpenAIChat
from brownout.dialects.voice import pieces_of as tokens
from brownout.exchange import Answer, Call, Request
from brownout.standin.answers import ECHO, REMEMBERED, Memory, answer, canaries_given, input_tokens, text

ONE, TWO, THREE = (canary.make(1, "talk", 1, 1, turn) for turn in (1, 2, 3))


def chat(*said: str, **body: Any) -> Call:
    roles = ("user", "assistant")
    messages = [{"role": roles[index % 2], "content": words} for index, words in enumerate(said)]
    raw = json.dumps({"model": "gpt-4o", "messages": messages, **body}).encode()
    return OpenAIChat().read(Request("POST", "api.openai.com", "/v1/chat/completions", body=raw))


def asked_for(call: Call) -> Answer:
    """The answer in the form that the call insists on."""
    return answer(1, call, 0, asked=OpenAIChat().asked(call))


@given(st.text())
def test_the_tokens_of_a_text_are_the_text(words: str) -> None:
    assert "".join(tokens(words)) == words


def test_a_token_is_a_word_with_its_space() -> None:
    assert tokens("Hello there,  you\n") == ("Hello", " there,", "  you\n")
    assert tokens("") == ()
    assert tokens("  ") == ("  ",)


@settings(deadline=None)
@given(st.text(), st.integers())
def test_every_answer_ends_with_the_sentinel_and_has_it_once(words: str, seed: int) -> None:
    said = text(seed, chat(words))
    assert said.endswith(canary.SENTINEL)
    assert text(seed, chat(words + canary.SENTINEL)).count(canary.SENTINEL) == 1


def test_an_answer_echoes_the_beginning_of_the_question() -> None:
    assert text(1, chat(f"what about {ONE}?")).startswith(f"You said: what about {ONE}?")
    assert len(text(1, chat("x" * 5000))) < ECHO + 400


def test_a_canary_at_the_end_of_a_long_question_is_echoed_too() -> None:
    assert ONE in text(1, chat(f"{'word ' * 500} {ONE}"))


def test_what_was_sent_along_is_remembered() -> None:
    said = text(1, chat(f"a {ONE}", "hm", f"b {TWO}", "hm", f"c {THREE}"))
    assert f"I remember {ONE} {TWO} " in said
    assert "remember" not in text(1, chat(f"a {ONE}"))


def test_what_only_the_model_said_is_not_remembered() -> None:
    call = chat("hi", f"You said: {ONE}", f"c {THREE}")
    assert canaries_given(call) == [THREE]
    assert ONE not in text(1, call)


def test_what_the_platform_keeps_is_remembered() -> None:
    assert f"I remember {ONE} {TWO} " in text(1, chat(f"c {THREE}"), Memory((ONE, TWO)))


def test_only_the_latest_are_listed() -> None:
    many = tuple(canary.make(1, "talk", 1, 1, turn) for turn in range(REMEMBERED + 10))
    found = canary.find_all(text(1, chat("hi"), Memory(many)))
    assert found == list(many[-REMEMBERED:])


@given(st.text(max_size=60), st.integers(0, 1000))
@settings(deadline=None)
def test_an_answer_is_long_enough_to_be_cut(words: str, seed: int) -> None:
    assert 35 <= len(tokens(text(seed, chat(words)))) <= 80


@pytest.mark.parametrize("limit", [3, 4, 8, 20, 30])
def test_an_answer_fits_the_caller_s_limit_and_still_ends(limit: int) -> None:
    got = asked_for(chat(f"what about {ONE}?", max_tokens=limit))
    assert got.output_tokens <= limit
    assert got.text.endswith(canary.SENTINEL)
    assert got.finish == "stop"


def test_an_answer_that_cannot_fit_is_cut_and_says_so() -> None:
    got = asked_for(chat("hi", max_completion_tokens=2))
    assert (got.output_tokens, got.finish) == (2, "length")


def test_same_seed_and_call_same_answer() -> None:
    assert answer(1, chat("hi"), 5) == answer(1, chat("hi"), 5)
    assert answer(1, chat("hi"), 5).id != answer(2, chat("hi"), 5).id
    assert answer(1, chat("hi"), 5).id != answer(1, chat("hi"), 5, nth=1).id
    assert answer(1, chat("hi"), 5).text == answer(1, chat("hi"), 9, nth=1).text


def test_json_is_given_where_json_is_asked_for() -> None:
    got = json.loads(asked_for(chat(f"a {ONE}", response_format={"type": "json_object"})).text)
    assert ONE in got["answer"]
    assert got["answer"].endswith(canary.SENTINEL)
    schema = {"type": "object", "properties": {"city": {"type": "string"}, "n": {"type": "integer"}}}
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    got = json.loads(asked_for(chat(f"a {ONE}", response_format=wanted, max_tokens=2)).text)
    assert set(got) == {"city", "n"}


def test_a_tool_is_called_only_when_forced() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    tools = [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    assert asked_for(chat("hi", tools=tools)).finish == "stop"
    forced = asked_for(chat("hi", tools=tools, tool_choice="required"))
    assert (forced.finish, forced.tool) == ("tool_calls", "f")
    assert list(json.loads(forced.text)) == ["city"]


def test_input_is_counted_as_output_is() -> None:
    assert input_tokens(chat("one two three", "four", "five six")) == 6
    assert input_tokens(chat("one two"), Memory((), 10)) == 12
