"""Chat completions as the SDK's own types read them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from support.every_call import begun, early

from brownout.dialects.openai.chat import DONE, OpenAIChat
from brownout.exchange import Answer, Call, Failure, FailureKind, Finish, Request, Turn
from brownout.wire.framing import SseCutter

CHAT = OpenAIChat()
BUSY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
ANSWER = Answer("0" * 31 + "a", 1_763_770_000, ("Hello", " there", "!"), 8)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def ask(body: dict[str, Any], **headers: str) -> Call:
    raw = json.dumps(body).encode()
    return CHAT.read(Request("POST", "api.openai.com", "/v1/chat/completions", headers=headers, body=raw))


def chunks(call: Call, answer: Answer = ANSWER) -> list[dict[str, Any]]:
    *events, done = CHAT.stream(call, answer)
    assert done == DONE
    return [json.loads(event.removeprefix(b"data: ")) for event in events]


def test_the_request_is_read_whole() -> None:
    call = ask(
        {
            "model": "gpt-4o-mini",
            "stream": True,
            "safety_identifier": "user-7",
            "messages": [
                {"role": "developer", "content": "be kind"},
                {"role": "user", "content": [{"type": "text", "text": "one"}, {"type": "image_url", "image_url": {}}]},
                {"role": "assistant", "content": None, "tool_calls": []},
                {"role": "tool", "tool_call_id": "call_1", "content": "42"},
            ],
        },
        **{"authorization": "Bearer sk-test-1", "x-stainless-retry-count": "2"},
    )
    assert (call.service, call.model, call.stream, call.text) == ("openai.chat", "gpt-4o-mini", True, "one")
    assert call.turns == (Turn("developer", "be kind"), Turn("user", "one"), Turn("assistant", ""), Turn("tool", "42"))
    assert (call.user, call.attempt) == ("user-7", 2)
    assert call.api_key
    assert "sk-test" not in call.api_key


@pytest.mark.parametrize("body", [{"user": "u1"}, {"safety_identifier": "u1"}, {"metadata": {"user_id": "u1"}}])
def test_the_end_user_is_found_wherever_it_stands(body: dict[str, Any]) -> None:
    assert ask(body).user == "u1"


def test_a_conversation_is_known_by_its_beginning() -> None:
    system = {"role": "system", "content": "s"}
    first = {"role": "user", "content": "hi"}
    more = [{"role": "assistant", "content": "hello"}, {"role": "user", "content": "and now?"}]
    begun, grown = ask({"messages": [system, first]}), ask({"messages": [system, first, *more]})
    other = ask({"messages": [system, {"role": "user", "content": "hey"}]})
    assert begun.conversation == grown.conversation is not None
    assert other.conversation != begun.conversation
    assert ask({"messages": []}).conversation is None


def test_a_plain_answer_is_a_chat_completion() -> None:
    reply = CHAT.answer(ask({"model": "gpt-4o", "messages": []}), ANSWER)
    completion = ChatCompletion.model_validate_json(reply.body, strict=True)
    assert completion.choices[0].message.content == "Hello there!"
    assert completion.choices[0].finish_reason == "stop"
    assert completion.id == f"chatcmpl-{ANSWER.id}"
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.total_tokens) == (8, 11)
    assert dict(reply.headers)["x-request-id"] == f"req_{ANSWER.id}"
    assert dict(reply.headers)["x-ratelimit-remaining-tokens"] == "199989"


def test_every_chunk_is_a_chunk() -> None:
    call = ask({"model": "gpt-4o", "stream": True, "stream_options": {"include_usage": True}})
    parsed = [ChatCompletionChunk.model_validate(chunk) for chunk in chunks(call)]
    assert "".join(c.choices[0].delta.content or "" for c in parsed if c.choices) == "Hello there!"
    assert {chunk.id for chunk in parsed} == {f"chatcmpl-{ANSWER.id}"}


def test_the_stream_has_the_platform_s_order() -> None:
    got = chunks(ask({"stream": True, "stream_options": {"include_usage": True}}))
    assert got[0]["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert [chunk["choices"][0]["delta"] for chunk in got[1:4]] == [{"content": piece} for piece in ANSWER.pieces]
    assert got[4]["choices"] == [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}]
    assert got[5]["choices"] == []
    assert got[5]["usage"]["completion_tokens"] == 3
    assert all(chunk["usage"] is None for chunk in got[:5])
    assert all(chunk["obfuscation"] for chunk in got)


def test_usage_and_padding_come_only_as_asked() -> None:
    got = chunks(ask({"stream": True, "stream_options": {"include_obfuscation": False}}))
    assert len(got) == 5
    assert all("obfuscation" not in chunk for chunk in got)


def test_n_choices_take_turns() -> None:
    call = ask({"n": 2, "stream": True})
    assert [chunk["choices"][0]["index"] for chunk in chunks(call)] == [0, 1] * 5
    completion = ChatCompletion.model_validate_json(CHAT.answer(call, ANSWER).body)
    assert [choice.index for choice in completion.choices] == [0, 1]
    assert completion.usage is not None
    assert completion.usage.completion_tokens == 6


def test_an_answer_without_words_is_still_valid() -> None:
    nothing = Answer("0" * 32, 1, (), 0)
    call = ask({"stream": True})
    assert ChatCompletion.model_validate_json(CHAT.answer(call, nothing).body).choices[0].message.content == ""
    assert len(chunks(call, nothing)) == 2


TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
TOOL_ANSWER = Answer("0" * 32, 1, ('{"city":', '"Paris"}'), 1, "tool_calls", "get_weather")


def test_a_forced_tool_is_called() -> None:
    call = ask({"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "get_weather"}}})
    completion = ChatCompletion.model_validate_json(CHAT.answer(call, TOOL_ANSWER).body, strict=True)
    calls = completion.choices[0].message.tool_calls
    assert calls is not None
    assert calls[0].type == "function"
    assert (calls[0].function.name, calls[0].function.arguments) == ("get_weather", '{"city":"Paris"}')
    got = chunks(call, TOOL_ANSWER)
    assert got[0]["choices"][0]["delta"]["tool_calls"][0]["function"] == {"name": "get_weather", "arguments": ""}
    assert got[1]["choices"][0]["delta"] == {"tool_calls": [{"index": 0, "function": {"arguments": '{"city":'}}]}
    assert got[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_a_refusal_stands_in_a_field_of_its_own() -> None:
    answer = replace(ANSWER, finish="refusal")
    call = ask({"stream": True})
    choice = ChatCompletion.model_validate_json(CHAT.answer(call, answer).body, strict=True).choices[0]
    assert (choice.message.content, choice.message.refusal, choice.finish_reason) == (None, "Hello there!", "stop")
    got = [ChatCompletionChunk.model_validate(chunk).choices[0] for chunk in chunks(call, answer)]
    assert "".join(choice.delta.refusal or "" for choice in got) == "Hello there!"
    assert not any(choice.delta.content for choice in got)
    assert got[-1].finish_reason == "stop"


@pytest.mark.parametrize("finish", ["length", "content_filter"])
def test_an_early_end_is_a_finish_reason(finish: Finish) -> None:
    answer = replace(ANSWER, finish=finish)
    call = ask({"stream": True})
    choice = ChatCompletion.model_validate_json(CHAT.answer(call, answer).body, strict=True).choices[0]
    assert (choice.message.content, choice.finish_reason) == ("Hello there!", finish)
    assert chunks(call, answer)[-1]["choices"][0]["finish_reason"] == finish


def test_the_model_can_be_another_than_was_asked_for() -> None:
    call = ask({"model": "gpt-4o", "stream": True})
    answer = replace(ANSWER, model="gpt-3.5-turbo")
    assert json.loads(CHAT.answer(call, answer).body)["model"] == "gpt-3.5-turbo"
    assert {chunk["model"] for chunk in chunks(call, answer)} == {"gpt-3.5-turbo"}


@pytest.mark.parametrize(
    ("finish", "reason"), [("length", "length"), ("content_filter", "content_filter"), ("refusal", "stop")]
)
def test_a_stream_that_stops_early_says_why_and_is_done(finish: Finish, reason: str) -> None:
    call = ask({"stream": True, "n": 2, "stream_options": {"include_usage": True}})
    *events, done = SseCutter().feed(CHAT.stream_incomplete(call, early(finish), begun(call, 6)))
    assert done == DONE
    got = [ChatCompletionChunk.model_validate_json(event.removeprefix(b"data: ")) for event in events]
    assert [choice.index for chunk in got for choice in chunk.choices] == [0, 1]
    assert {choice.finish_reason for chunk in got for choice in chunk.choices} == {reason}
    assert got[-1].usage is not None
    assert got[-1].usage.completion_tokens == 4


def test_a_stream_that_stops_before_it_began_is_whole() -> None:
    events = SseCutter().feed(CHAT.stream_incomplete(ask({"stream": True}), early(), begun(ask({"stream": True}), 0)))
    assert [b'"role":"assistant"' in events[0], b'"finish_reason":"length"' in events[1], events[2:]] == [
        True,
        True,
        [DONE],
    ]


def test_an_error_in_a_stream_is_one_data_event() -> None:
    raw = CHAT.stream_failure(ask({"stream": True}), Failure(FailureKind.OVERLOADED), begun(ask({"stream": True}), 3))
    assert raw.startswith(b'data: {"error":{')
    assert raw.endswith(b"}}\n\n")
    assert json.loads(raw[6:])["error"]["code"] == "server_is_overloaded"


@BUSY
@given(
    st.dictionaries(st.sampled_from(["model", "messages", "stream", "n", "tools", "tool_choice", "user"]), JSON_VALUES)
)
def test_no_body_is_too_odd_to_be_read_and_answered(body: dict[str, Any]) -> None:
    call = ask(body)
    assert json.loads(CHAT.answer(call, ANSWER).body)["choices"]
    assert list(CHAT.stream(call, ANSWER))[-1] == DONE


@BUSY
@given(st.binary())
def test_bytes_that_are_no_json_are_read_as_nothing(body: bytes) -> None:
    call = CHAT.read(Request("POST", "api.openai.com", "/v1/chat/completions", body=body))
    assert call.service == "openai.chat"
