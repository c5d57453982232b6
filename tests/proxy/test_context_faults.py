"""Contexts that are hurt on their way, with the official clients: the stand-in's answer says what reached it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from anthropic import Anthropic
from openai import OpenAI
from support.http2 import client as http2_client
from support.proxies import ProxyProcess

from brownout.calls import canary

pytestmark = pytest.mark.e2e
MARKS = [canary.make(4, "context", 0, 0, turn) for turn in range(4)]
OTHER = canary.make(4, "context", 1, 0, 0)
_REMEMBERS = re.compile(r"I remember (.*?) and what came with it")


def turns(marks: list[str]) -> list[Any]:
    """A conversation as a client sends it along."""
    said = [({"role": "user", "content": f"Reference {m}."}, {"role": "assistant", "content": "Noted."}) for m in marks]
    return [message for pair in said for message in pair][:-1]


def remembered(text: str) -> list[str]:
    """What the platform knew besides the question."""
    assert text.endswith(canary.SENTINEL)
    found = _REMEMBERS.search(text)
    return canary.find_all(found[1]) if found else []


@pytest.fixture
def openai(edge: ProxyProcess) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{edge.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=20) as made:
        yield made


def chat(client: OpenAI, marks: list[str]) -> str:
    messages = [{"role": "system", "content": "Be kind."}, *turns(marks)]
    answer: Any = client.chat.completions.create(model="gpt-4o", messages=messages)
    return str(answer.choices[0].message.content)


def chat_stream(client: OpenAI, marks: list[str]) -> str:
    stream: Any = client.chat.completions.create(model="gpt-4o", messages=turns(marks), stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def respond(client: OpenAI, marks: list[str]) -> str:
    return str(client.responses.create(model="gpt-4o", input=turns(marks)).output_text)


CALLS: dict[str, Callable[[OpenAI, list[str]], str]] = {"chat": chat, "stream": chat_stream, "responses": respond}


@pytest.fixture(params=list(CALLS))
def ask(request: pytest.FixtureRequest, openai: OpenAI) -> Callable[[list[str]], str]:
    return lambda marks: CALLS[str(request.param)](openai, marks)


def play(edge: ProxyProcess, **settings: Any) -> int:
    """Damage every call; returns how many rows there are so far."""
    edge.play({"fault": "context_damaged", "on": "*", **settings})
    return len(edge.rows())


def test_a_trimmed_context_is_not_remembered_but_the_question_is(
    edge: ProxyProcess, ask: Callable[[list[str]], str]
) -> None:
    before = play(edge, kind="trimmed")

    text = ask(MARKS)

    assert f"You said: Reference {MARKS[-1]}." in text
    assert remembered(text) == []
    row = edge.wait_for_rows(before + 1)[-1]
    assert (row["canary"], row["injected"], row["delivered"], row["how"]) == (MARKS[-1], True, True, "written")


def test_the_newest_of_it_can_be_kept(edge: ProxyProcess, ask: Callable[[list[str]], str]) -> None:
    play(edge, kind="trimmed", keeps=2)

    assert remembered(ask(MARKS)) == [MARKS[2]]


def test_a_reordered_context_is_remembered_in_another_order(
    edge: ProxyProcess, ask: Callable[[list[str]], str]
) -> None:
    play(edge, kind="reordered")

    found = remembered(ask(MARKS))

    assert sorted(found) == sorted(MARKS[:3])
    assert found != MARKS[:3]


def test_a_swapped_context_is_a_strangers(edge: ProxyProcess, ask: Callable[[list[str]], str]) -> None:
    play(edge, kind="swapped")

    found = remembered(ask(MARKS[-3:]))

    assert len(found) == 2
    assert all(map(canary.is_stranger, found))


def test_the_stranger_can_be_another_user_of_the_drill(edge: ProxyProcess, openai: OpenAI) -> None:
    play(edge, kind="swapped", of="seen")
    chat(openai, [OTHER])

    assert OTHER in remembered(chat(openai, MARKS[:2]))


def test_a_doubled_context_costs_more(edge: ProxyProcess, openai: OpenAI) -> None:
    def tokens() -> int:
        answer = openai.chat.completions.create(model="gpt-4o", messages=turns(MARKS))
        assert answer.usage is not None
        return answer.usage.prompt_tokens

    edge.play({"fault": "history_stale", "on": "openai.conversations"})
    healthy = tokens()
    play(edge, kind="duplicated")

    assert tokens() > healthy * 1.5


def test_a_forgotten_reference_is_a_new_conversation(edge: ProxyProcess, openai: OpenAI) -> None:
    edge.play({"fault": "history_stale", "on": "openai.conversations"})
    first = openai.responses.create(model="gpt-4o", input=f"Reference {MARKS[0]}.")
    second: dict[str, Any] = {"input": f"Reference {MARKS[1]}.", "previous_response_id": first.id}
    assert remembered(openai.responses.create(model="gpt-4o", **second).output_text) == [MARKS[0]]
    play(edge, kind="forgotten")

    answer = openai.responses.create(model="gpt-4o", **second)

    assert remembered(answer.output_text) == []
    assert answer.previous_response_id is None


def test_anthropics_client_is_answered_to_what_is_left(edge: ProxyProcess) -> None:
    play(edge, kind="trimmed")
    client = Anthropic(base_url=f"{edge.url}/anthropic", api_key="sk-test-1", max_retries=0, timeout=20)
    with client:
        answer = client.messages.create(model="claude-test-1", max_tokens=500, messages=turns(MARKS))

    assert remembered("".join(block.text for block in answer.content if block.type == "text")) == []


@pytest.mark.parametrize("share", ["100%", "0.001%"])
def test_a_first_question_passes_as_it_is(edge: ProxyProcess, openai: OpenAI, share: str) -> None:
    before = play(edge, kind="trimmed", share=share)

    assert f"You said: Reference {MARKS[0]}." in chat(openai, MARKS[:1])
    row = edge.wait_for_rows(before + 1)[-1]
    assert (row["eligible"], row["injected"]) == ([], False)


def test_over_http2_what_is_left_arrives_whole(edge: ProxyProcess) -> None:
    play(edge, kind="trimmed")

    async def ask() -> tuple[str, Any]:
        async with http2_client(edge) as client:
            answer = await client.post(
                "https://api.openai.com/v1/chat/completions",
                json={"model": "gpt-4o", "messages": turns(MARKS)},
                headers={"authorization": "Bearer sk-test-1"},
            )
            return answer.http_version, answer.json()

    version, document = asyncio.run(ask())

    assert version == "HTTP/2"
    assert remembered(document["choices"][0]["message"]["content"]) == []
