"""What a model thinks before it speaks, on each platform's wire: only where it is asked for, and never in the words."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.every_call import call_for

from brownout.dialects import Voice, dialect_for
from brownout.dialects.sent import values_of
from brownout.exchange import Answer, Call, Request
from brownout.standin import answers
from brownout.wire.framing import cutter_for

GEMINI = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "anthropic.messages": ("/v1/messages", {"thinking": {"type": "enabled", "budget_tokens": 1024}}),
    "bedrock.converse": (
        "/model/anthropic.claude-x-v1%3A0/converse-stream",
        {"additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 1024}}},
    ),
    "bedrock.invoke": (
        "/model/anthropic.claude-x-v1%3A0/invoke-with-response-stream",
        {"thinking": {"type": "adaptive"}, "anthropic_version": "bedrock-2023-05-31"},
    ),
    "deepseek.chat": ("/chat/completions", {"model": "deepseek-reasoner"}),
    "gemini.generate": (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
        {**GEMINI, "generationConfig": {"thinkingConfig": {"includeThoughts": True}}},
    ),
    "groq.chat": ("/openai/v1/chat/completions", {"reasoning_format": "parsed"}),
    "ollama.chat": ("/api/chat", {"think": True}),
    "ollama.generate": ("/api/generate", {"think": True}),
    "openrouter.chat": ("/api/v1/chat/completions", {"reasoning": {"effort": "high"}}),
    "openrouter.messages": ("/api/v1/messages", {"thinking": {"type": "enabled", "budget_tokens": 1024}}),
}
EACH = pytest.mark.parametrize("service", ASKED)
ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there"), 8, thinking=("Somebody", " greets", " me."))
MARKS = ("reasoning_content", "reasoning", "thinking", "thought", "reasoningContent")


def call_of(service: str, stream: bool = True, asks: bool = True, **more: Any) -> Call:
    """A call that wants to read thoughts, or the same without."""
    path, wanted = ASKED[service]
    if not stream:
        path = path.replace("-stream", "").replace("-with-response-stream", "").replace("streamG", "g")
        path = path.replace("invoke-with-response", "invoke")
    asked = {"model": "some-model", "messages": [{"role": "user", "content": "Hello"}], "prompt": "Hello"}
    body = {**asked, "stream": stream, **(wanted if asks else {}), **more}
    return dialect_for(service).read(Request("POST", "h", path, body=json.dumps(body).encode()))


def shown(service: str, call: Call, answer: Answer = ANSWER) -> str:
    """All that goes out, as text."""
    dialect = dialect_for(service)
    data = b"".join(dialect.stream(call, answer)) if call.stream else dialect.answer(call, answer).body
    if service == "bedrock.invoke" and call.stream:
        return json.dumps(invoked(call, answer))
    return data.decode("utf-8", "replace")


def invoked(call: Call, answer: Answer) -> list[Any]:
    """The chunks inside the frames."""
    return [
        json.loads(base64.b64decode(value["bytes"]))
        for value in values_of(dialect_for("bedrock.invoke").stream(call, answer))
    ]


@EACH
def test_a_thought_is_shown_where_it_is_asked_for_and_only_there(service: str) -> None:
    dialect = dialect_for(service)

    assert dialect.asked(call_of(service)).thinks
    assert not dialect.asked(call_of(service, asks=False)).thinks


@EACH
@pytest.mark.parametrize("stream", [True, False])
def test_a_thought_stands_before_the_words_and_apart_from_them(service: str, stream: bool) -> None:
    text = shown(service, call_of(service, stream))
    bare = shown(service, call_of(service, stream), Answer("ab" * 16, 1_763_000_000, ("Hello", " there"), 8))

    assert "greets" in text
    assert "greets" not in bare
    beside = not stream and service.partition(".")[0] not in ("anthropic", "bedrock", "gemini")
    assert beside or text.index("greets") < text.index("there")
    assert any(f'"{mark}"' in text for mark in MARKS)
    assert not any(f'"{mark}"' in bare for mark in MARKS)


@EACH
def test_a_turn_may_only_think(service: str) -> None:
    call = call_of(service)
    head, events = Voice(call).think("cd" * 16, "Let me see.", "length")

    cutter = cutter_for(dict(head.headers)["content-type"], True)
    assert cutter is not None
    assert b"".join(events) == b"".join(cutter.feed(b"".join(events))) + cutter.rest()
    text = json.dumps([*values_of(events)]) if service != "bedrock.invoke" else ""
    assert service == "bedrock.invoke" or "Let" in text


@EACH
@settings(max_examples=8)
@given(data=st.data())
def test_tokens_can_run_out_inside_a_thought(service: str, data: st.DataObject) -> None:
    call = call_of(service)
    whole = tuple(dialect_for(service).stream(call, ANSWER))
    sent = whole[: data.draw(st.integers(1, len(whole) - 1))]

    closing = Voice(call).incomplete("cd" * 16, "length", sent)

    assert closing or sent[-1] == whole[-1]


def test_anthropics_blocks_open_and_close_in_order_wherever_tokens_run_out() -> None:
    call = call_of("anthropic.messages")
    whole = tuple(dialect_for("anthropic.messages").stream(call, ANSWER))
    for count in range(1, len(whole) - 2):
        sent = whole[:count]
        cutter = cutter_for("text/event-stream")
        assert cutter is not None
        closing = tuple(cutter.feed(Voice(call).incomplete("cd" * 16, "length", sent)))
        open_blocks: list[int] = []
        for value in values_of((*sent, *closing)):
            if value["type"] == "content_block_start":
                assert open_blocks == []
                open_blocks.append(value["index"])
            elif value["type"] == "content_block_delta":
                assert open_blocks == [value["index"]]
            elif value["type"] == "content_block_stop":
                assert open_blocks.pop() == value["index"]
        assert open_blocks == []


def test_a_thought_that_is_omitted_leaves_its_seal() -> None:
    thinking = {"type": "adaptive", "display": "omitted"}
    call = call_of("anthropic.messages", stream=False, thinking=thinking)
    block, words = json.loads(dialect_for(call.service).answer(call, ANSWER).body)["content"]

    assert (block["type"], block["thinking"], words["text"]) == ("thinking", "", "Hello there")
    assert len(block["signature"]) > 100


@pytest.mark.parametrize("limit", [3, 5])
def test_a_small_limit_is_used_up_by_thinking(limit: int) -> None:
    call = call_of("anthropic.messages", max_tokens=limit)
    made = answers.answer(1, call, 0, asked=dialect_for(call.service).asked(call))

    assert (len(made.thinking), made.pieces, made.finish) == (limit, (), "length")


def test_a_large_limit_leaves_room_for_the_words() -> None:
    call = call_of("anthropic.messages", max_tokens=3000)
    made = answers.answer(1, call, 0, asked=dialect_for(call.service).asked(call))

    assert made.thinking
    assert made.text.endswith("[end]") or made.finish == "stop"
    assert made.thought not in made.text


def test_openais_own_chat_shows_no_thought() -> None:
    call = call_for("openai.chat", reasoning_effort="high", model="o4-mini")

    assert not dialect_for("openai.chat").asked(call).thinks
