"""Rarer ways of failing, as official clients see them through a real proxy."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import openai
import pytest
from openai import AzureOpenAI, OpenAI
from support.proxies import ProxyProcess, wait_until

from brownout.calls.canary import SENTINEL

pytestmark = pytest.mark.e2e
ASK: Any = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def client(edge: ProxyProcess) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{edge.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=20) as made:
        yield made


def streamed(client: OpenAI) -> Iterator[str]:
    for chunk in client.chat.completions.create(model="gpt-4o-mini", messages=ASK, stream=True):
        yield chunk.choices[0].delta.content or "" if chunk.choices else ""


def test_after_a_while_of_keepalives_the_whole_answer_comes(edge: ProxyProcess, client: OpenAI) -> None:
    before = len(edge.rows())
    edge.play(
        {"fault": "keepalives_only", "on": "openai.chat", "every": "50ms", "release_after": "900ms", "then": "answer"}
    )
    began = time.monotonic()

    assert "".join(streamed(client)).endswith(SENTINEL)
    assert time.monotonic() - began >= 0.9
    row = edge.wait_for_rows(before + 1)[-1]
    assert (row["delivered"], row["how"], row["end"]) == (True, "written", "complete")


@pytest.mark.parametrize(
    ("settings", "raised"),
    [
        ({"after": "0 bytes"}, (openai.APIError, json.JSONDecodeError)),
        ({"after": "40 bytes"}, (openai.APIError, json.JSONDecodeError)),
        ({"after": "40 bytes", "end": "fin"}, (openai.APIConnectionError, httpx.RemoteProtocolError)),
        ({"after": "40 bytes", "end": "reset"}, (openai.APIConnectionError, httpx.ReadError)),
    ],
)
def test_a_plain_answer_breaks_off(
    edge: ProxyProcess, client: OpenAI, settings: dict[str, str], raised: tuple[type[Exception], ...]
) -> None:
    before = len(edge.rows())
    edge.play({"fault": "answer_cut", "on": "openai.chat", **settings})

    with pytest.raises(raised):
        client.chat.completions.create(model="gpt-4o-mini", messages=ASK)

    row = edge.wait_for_rows(before + 1)[-1]
    assert (row["status"], row["delivered"], row["bytes"]) == (200, True, int(settings["after"].split()[0]))


@pytest.mark.parametrize(("left", "done"), [(1, False), (2, False)])
def test_a_position_can_be_counted_from_the_end(edge: ProxyProcess, client: OpenAI, left: int, done: bool) -> None:
    before = len(edge.rows())
    edge.play({"fault": "stream_cut", "on": "openai.chat", "after": f"-{left} events"})
    raw = client.chat.completions.with_streaming_response
    with raw.create(model="gpt-4o-mini", messages=ASK, stream=True) as answer:
        cut = b"".join(answer.iter_bytes())
    edge.play()
    with raw.create(model="gpt-4o-mini", messages=ASK, stream=True) as answer:
        whole = b"".join(answer.iter_bytes())

    assert cut.count(b"\n\n") == whole.count(b"\n\n") - left
    assert (b"[DONE]" in cut) is done
    assert (b'"finish_reason":"stop"' in cut) is (left == 1)
    assert edge.wait_for_rows(before + 1)[before]["delivered"] is True


def test_a_stream_may_fall_silent_before_its_last_event(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "stream_stall", "on": "openai.chat", "after": "-1 events", "release_after": "300ms"})
    words: list[str] = []

    with pytest.raises((httpx.RemoteProtocolError, openai.APIConnectionError)):  # newer clients wrap it
        words.extend(streamed(client))

    edge.play()
    assert SENTINEL in "".join(streamed(client))


def test_more_calls_at_once_than_are_allowed_are_refused(edge: ProxyProcess, client: OpenAI) -> None:
    limit = {"fault": "rate_limit", "on": "openai.chat", "by": "concurrency", "at_once": 1}
    edge.play(limit, {"fault": "stream_stall", "on": "openai.chat", "after": "1 events"})  # so that one stays
    stream = client.chat.completions.create(model="gpt-4o-mini", messages=ASK, stream=True)
    next(iter(stream))

    with pytest.raises(openai.RateLimitError, match="concurrent requests: Limit 1"):
        client.chat.completions.create(model="gpt-4o-mini", messages=ASK)

    stream.close()
    wait_until(lambda: edge.control(op="stats")["under_way"] == 0)
    assert client.chat.completions.create(model="gpt-4o-mini", messages=ASK).choices


@pytest.mark.parametrize(("by", "words"), [("requests", "requests per day (RPD)"), ("tokens", "tokens per day (TPD)")])
def test_a_daily_allowance_is_named_as_such(edge: ProxyProcess, client: OpenAI, by: str, words: str) -> None:
    edge.play({"fault": "rate_limit", "on": "openai.chat", "by": by, "per": "day"})

    with pytest.raises(openai.RateLimitError) as raised:
        client.chat.completions.create(model="gpt-4o-mini", messages=ASK)

    assert words in str(raised.value)


def test_the_cdns_own_limit_is_a_page_without_a_request_id(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "gateway_error", "on": "openai.chat", "status": 429})

    with pytest.raises(openai.RateLimitError) as raised:
        client.chat.completions.create(model="gpt-4o-mini", messages=ASK)

    assert (raised.value.request_id, raised.value.response.headers["retry-after"]) == (None, "30")
    assert "1015" in raised.value.response.text


def test_a_prefill_that_a_model_does_not_take_is_a_bad_request(edge: ProxyProcess) -> None:
    edge.play({"fault": "prefill_refused", "on": "anthropic.messages"})
    with anthropic.Anthropic(base_url=f"{edge.url}/anthropic", api_key="k", max_retries=0) as claude:
        asked: Any = {"model": "claude-sonnet-4-6", "max_tokens": 99}
        with pytest.raises(anthropic.BadRequestError, match="must end with a user message"):
            claude.messages.create(messages=[*ASK, {"role": "assistant", "content": "{"}], **asked)
        assert claude.messages.create(messages=ASK, **asked).content


def test_azures_opinion_comes_in_a_chunk_without_a_delta(edge: ProxyProcess) -> None:
    before = len(edge.rows())
    edge.play({"fault": "stream_annotated", "on": "azure.chat", "each": "20%"})
    made = AzureOpenAI(
        azure_endpoint=f"{edge.url}/azure", api_key="k", api_version="2024-10-21", max_retries=0, timeout=20
    )
    with made as azure:
        stream: Any = azure.chat.completions.create(model="gpt-4o", messages=ASK, stream=True)
        choices = [choice for chunk in stream for choice in chunk.choices]

    bare = [choice for choice in choices if choice.delta is None]
    assert bare
    assert all(choice.finish_reason is None for choice in bare)
    said = "".join(choice.delta.content or "" for choice in choices if choice.delta)
    assert said.endswith(SENTINEL)
    offsets = [choice.model_extra["content_filter_offsets"]["end_offset"] for choice in bare]
    assert offsets == sorted(offsets)
    assert offsets[-1] <= len(said)
    assert edge.wait_for_rows(before + 1)[before]["delivered"] is True


def test_two_faults_strike_one_call(edge: ProxyProcess, client: OpenAI) -> None:
    before = len(edge.rows())
    along = [{"fault": "slow_headers", "delay": "400ms"}, {"fault": "stream_duplicate", "after": "2 events"}]
    edge.play({"fault": "stream_cut", "on": "openai.chat", "after": "6 events", "with": along})
    began = time.monotonic()

    words = list(streamed(client))

    assert time.monotonic() - began >= 0.4
    assert len(words) == 7
    assert words[2] == words[3]
    row = edge.wait_for_rows(before + 1)[-1]
    assert (row["fault"], row["delivered"], row["end"], row["events"]) == ("stream_cut", True, "cut", 7)
