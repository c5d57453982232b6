"""Long work beside the loop: pure steps in threads, what others may see in the loop, and others answered meanwhile."""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from openai import AsyncOpenAI

from brownout.dialects.openai import embeddings
from brownout.dialects.reading import turns_of
from brownout.exchange import Request, Turn
from brownout.orders import Pace
from brownout.standin.app import Standin
from brownout.standin.work import LONG, Steps, at_once, in_turns, is_long

AT_ONCE = Pace(first_token=0.0, first_token_jitter=0.0, tokens_per_second=100_000.0)


def _steps(seen: list[int]) -> Steps[str]:
    """Notes in which thread it runs, and in which its work does."""
    seen.append(threading.get_ident())
    first = yield threading.get_ident
    seen += [first, threading.get_ident()]
    second = yield lambda: "done"
    return f"{second}"


def test_short_work_and_all_that_others_may_see_stay_in_the_loop() -> None:
    here, short, long = threading.get_ident(), list[int](), list[int]()

    assert at_once(_steps(short)) == "done"
    assert asyncio.run(in_turns(_steps(short), long=False)) == "done"
    assert asyncio.run(in_turns(_steps(long), long=True)) == "done"

    assert short == [here] * 6
    assert (long[0], long[2]) == (here, here)
    assert long[1] != here


def test_a_long_body_and_any_embeddings_are_long_work() -> None:
    assert not is_long("openai.chat", Request("POST", "h", "/", body=b"x" * LONG))
    assert is_long("openai.chat", Request("POST", "h", "/", body=b"x" * (LONG + 1)))
    assert is_long("mistral.embeddings", Request("POST", "h", "/", body=b"{}"))


@asynccontextmanager
async def _serving() -> AsyncIterator[str]:
    standin = Standin(pacing=AT_ONCE)
    port = await standin.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await standin.stop()


def test_others_are_answered_while_embeddings_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def vector(text: str, dimensions: int) -> bytes:
        assert answered.wait(20), "nobody was answered meanwhile"
        return struct.pack("<f", 0.5) * dimensions

    async def play() -> None:
        async with (
            _serving() as url,
            httpx.AsyncClient(trust_env=False) as plain,
            AsyncOpenAI(base_url=f"{url}/openai/v1", api_key="sk-test-1", max_retries=0, http_client=plain) as client,
        ):
            texts = [f"text {number}" for number in range(200)]
            long = asyncio.create_task(
                client.embeddings.create(model="text-embedding-3-large", input=texts, encoding_format="float")
            )
            answer = await plain.get(f"{url}/openai/v1/models", headers={"authorization": "Bearer sk-test-1"})
            assert (answer.status_code, long.done()) == (200, False)
            answered.set()
            vectors = (await long).data
            assert [each.index for each in vectors] == list(range(200))
            assert all(each.embedding == [0.5] * 3072 for each in vectors)

    monkeypatch.setattr(embeddings, "vector", vector)
    asyncio.run(play())


def test_others_are_answered_while_a_long_prompt_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def patient(messages: object) -> tuple[Turn, ...]:
        assert answered.wait(20), "nobody was answered meanwhile"
        return turns_of(messages)

    async def play() -> None:
        async with (
            _serving() as url,
            httpx.AsyncClient(trust_env=False) as plain,
            AsyncOpenAI(base_url=f"{url}/openai/v1", api_key="sk-test-1", max_retries=0, http_client=plain) as client,
        ):
            words = "Who knows bo-abcdefghijkl? " + "word " * 20_000
            long = asyncio.create_task(
                client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": words}])
            )
            answer = await plain.get(f"{url}/openai/v1/models", headers={"authorization": "Bearer sk-test-1"})
            assert (answer.status_code, long.done()) == (200, False)
            answered.set()
            completion = await long
            assert "bo-abcdefghijkl" in (completion.choices[0].message.content or "")
            assert completion.usage is not None
            assert completion.usage.prompt_tokens == len(words.split())

    monkeypatch.setattr("brownout.dialects.openai.chat.turns_of", patient)
    asyncio.run(play())
