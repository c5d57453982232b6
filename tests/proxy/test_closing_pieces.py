"""What a fault makes up inside a stream belongs to the answer that has begun, as official clients read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openai import OpenAI
from support.proxies import ProxyProcess

from brownout.calls import canary

pytestmark = pytest.mark.e2e
MARK = canary.make(3, "closing", 0, 0, 0)


@pytest.fixture
def client(edge: ProxyProcess) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{edge.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=20) as made:
        yield made


def streamed(client: OpenAI) -> list[Any]:
    """The events of a streamed response about one canary."""
    stream: Any = client.responses.create(model="gpt-4o-mini", input=f"Remember {MARK}.", stream=True)
    return list(stream)


def test_an_incomplete_response_is_the_one_that_began_with_its_text(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "stream_incomplete", "on": "openai.responses", "when": {"stream": True}, "after": "8 events"})

    events = streamed(client)

    first, last = events[0].response, events[-1].response
    assert events[-1].type == "response.incomplete"
    assert (last.id, last.created_at, last.model) == (first.id, first.created_at, first.model)
    assert last.output_text == "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert last.output_text
    numbers = [event.sequence_number for event in events]
    assert numbers == list(range(len(numbers)))


def test_a_conversation_goes_on_from_a_response_that_was_incomplete(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "stream_incomplete", "on": "openai.responses", "when": {"stream": True}, "after": "8 events"})
    last = streamed(client)[-1].response

    answer = client.responses.create(model="gpt-4o-mini", input="Which word?", previous_response_id=last.id)

    assert MARK in answer.output_text


def test_a_failed_response_is_the_one_that_began(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "stream_error", "on": "openai.responses", "after": "8 events"})
    raw = client.responses.with_streaming_response
    with raw.create(model="gpt-4o-mini", input="Hello", stream=True) as answer:
        text = b"".join(answer.iter_bytes()).decode()

    ids = {part.partition('"')[0] for part in text.split('"id":"resp_')[1:]}
    assert "response.failed" in text
    assert len(ids) == 1


def test_the_last_chunk_of_a_chat_is_one_of_its_chunks(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "stream_incomplete", "on": "openai.chat", "after": "6 events"})
    messages: Any = [{"role": "user", "content": "Hello"}]

    chunks = list(client.chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True))

    assert chunks[-1].choices[0].finish_reason == "length"
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "fault", ["answer_refused", "answer_truncated", "empty_answer", "gibberish", "model_swapped", "wrong_language"]
)
def test_an_answer_that_is_made_up_can_be_gone_on_from(
    edge: ProxyProcess, client: OpenAI, fault: str, stream: bool
) -> None:
    before = len(edge.rows())
    edge.play({"fault": fault, "on": "openai.responses", "first": 1, "limit": 1})
    asked: Any = {"model": "gpt-4o-mini", "input": f"Remember {MARK} {fault} {stream}."}

    if stream:
        *_, last = client.responses.create(stream=True, **asked)
        made: Any = last.response
    else:
        made = client.responses.create(**asked)
    answer = client.responses.create(model="gpt-4o-mini", input="Which word?", previous_response_id=made.id)

    assert MARK not in made.output_text
    assert MARK in answer.output_text
    row = edge.wait_for_rows(before + 1)[before]
    assert (row["fault"], row["delivered"], row["upstream_status"]) == (fault, True, 200)
