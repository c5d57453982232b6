"""Thinking as official clients see it, kept in the next turn and struck inside, through a real proxy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from google import genai
from google.genai import types
from openai import OpenAI
from support.proxies import ProxyProcess

from brownout.calls.canary import SENTINEL

pytestmark = pytest.mark.e2e
ASK: Any = [{"role": "user", "content": "Hello"}]
THINKS: Any = {
    "model": "claude-test-1",
    "max_tokens": 3000,
    "thinking": {"type": "enabled", "budget_tokens": 1024},
}


@pytest.fixture
def claude(edge: ProxyProcess) -> Iterator[anthropic.Anthropic]:
    edge.play()
    with anthropic.Anthropic(base_url=f"{edge.url}/anthropic", api_key="k", max_retries=0, timeout=20) as made:
        yield made


@pytest.fixture
def deepseek(edge: ProxyProcess) -> Iterator[OpenAI]:
    edge.play()
    with OpenAI(base_url=f"{edge.url}/deepseek", api_key="sk-test-1", max_retries=0, timeout=20) as made:
        yield made


def test_claudes_thought_is_a_block_with_a_seal_and_is_taken_back(claude: anthropic.Anthropic) -> None:
    with claude.messages.stream(messages=ASK, **THINKS) as stream:
        message = stream.get_final_message()

    thought, words = message.content
    assert isinstance(thought, anthropic.types.ThinkingBlock)
    assert isinstance(words, anthropic.types.TextBlock)
    assert thought.thinking
    assert thought.signature
    assert words.text.endswith(SENTINEL)
    assert SENTINEL not in thought.thinking
    turns: Any = [*ASK, {"role": "assistant", "content": message.content}, {"role": "user", "content": "And now?"}]
    again = claude.messages.create(messages=turns, **THINKS)
    assert [block.type for block in again.content] == ["thinking", "text"]


def test_claude_may_run_out_of_tokens_inside_its_thought(edge: ProxyProcess, claude: anthropic.Anthropic) -> None:
    edge.play({"fault": "stream_incomplete", "on": "anthropic.messages", "after": "5 events"})

    with claude.messages.stream(messages=ASK, **THINKS) as stream:
        message = stream.get_final_message()

    assert message.stop_reason == "max_tokens"
    assert [block.type for block in message.content] == ["thinking"]


def test_claude_may_fall_silent_inside_its_thought(edge: ProxyProcess, claude: anthropic.Anthropic) -> None:
    edge.play({"fault": "stream_stall", "on": "anthropic.messages", "after": "5 events", "release_after": "300ms"})
    kinds: list[str] = []

    with pytest.raises(Exception, match="peer closed connection"):  # by the HTTP library that this client has
        kinds.extend(
            event.delta.type
            for event in claude.messages.create(messages=ASK, stream=True, **THINKS)
            if event.type == "content_block_delta"
        )


@pytest.mark.parametrize("finish", ["stop", "length"])
def test_a_turn_may_only_think(edge: ProxyProcess, claude: anthropic.Anthropic, deepseek: OpenAI, finish: str) -> None:
    edge.play({"fault": "empty_answer", "on": "*", "thinking": True, "finish": finish})

    message = claude.messages.create(messages=ASK, **THINKS)
    answer: Any = deepseek.chat.completions.create(model="deepseek-reasoner", messages=ASK).choices[0]

    assert [block.type for block in message.content] == ["thinking"]
    assert message.stop_reason == {"stop": "end_turn", "length": "max_tokens"}[finish]
    assert answer.message.reasoning_content
    assert not answer.message.content
    assert answer.finish_reason == finish


def test_deepseeks_reasoning_comes_first_and_beside_the_words(deepseek: OpenAI) -> None:
    chunks: Any = deepseek.chat.completions.create(model="deepseek-reasoner", messages=ASK, stream=True)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]

    thought = [getattr(delta, "reasoning_content", None) or "" for delta in deltas]
    words = [delta.content or "" for delta in deltas]
    assert "".join(words).endswith(SENTINEL)
    last_thought = max(index for index, text in enumerate(thought) if text)
    assert last_thought < min(index for index, text in enumerate(words) if text)
    plain: Any = deepseek.chat.completions.create(model="deepseek-chat", messages=ASK).choices[0].message
    assert getattr(plain, "reasoning_content", None) is None


def test_a_thinking_models_stream_ends_early_inside_the_thought(edge: ProxyProcess, deepseek: OpenAI) -> None:
    edge.play({"fault": "stream_incomplete", "on": "deepseek.chat", "after": "5 events"})
    chunks: Any = list(deepseek.chat.completions.create(model="deepseek-reasoner", messages=ASK, stream=True))

    assert chunks[-1].choices[0].finish_reason == "length"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == ""
    assert len({chunk.id for chunk in chunks}) == 1


def test_geminis_thoughts_are_parts_of_their_own_and_are_taken_back(edge: ProxyProcess) -> None:
    edge.play()
    options = types.HttpOptions(base_url=f"{edge.url}/gemini")
    client = genai.Client(api_key="AIza", http_options=options)
    config = types.GenerateContentConfig(thinking_config=types.ThinkingConfig(include_thoughts=True))
    chat = client.chats.create(model="gemini-2.5-flash", config=config)

    first, second = chat.send_message("Hello"), chat.send_message("And now?")

    for answer in (first, second):
        assert answer.candidates
        parts = (answer.candidates[0].content or types.Content()).parts or []
        assert [bool(part.thought) for part in parts] == [True, False]
        assert parts[1].thought_signature
        assert (parts[1].text or "").endswith(SENTINEL)
        assert answer.usage_metadata
        assert answer.usage_metadata.thoughts_token_count
    client.close()


def test_a_summary_of_openais_reasoning_stands_before_the_message(edge: ProxyProcess) -> None:
    edge.play()
    with OpenAI(base_url=f"{edge.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=20) as client:
        thinks: Any = {"model": "o4-mini", "reasoning": {"effort": "high", "summary": "auto"}}
        first = client.responses.create(input="Hello", **thinks)
        again = client.responses.create(input="And now?", previous_response_id=first.id, **thinks)

    for answer in (first, again):
        assert [item.type for item in answer.output] == ["reasoning", "message"]
        assert answer.usage
        assert answer.usage.output_tokens_details.reasoning_tokens
