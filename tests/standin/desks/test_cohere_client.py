"""Cohere's own client against a real stand-in process."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.standin_process import Running

from brownout.calls import canary

cohere = pytest.importorskip("cohere")
ONE, TWO = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2))
MODEL = "command-a-03-2025"


def said(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def client(direct: None, standin: Running) -> Iterator[Any]:
    with httpx.Client(timeout=20) as http:
        yield cohere.ClientV2(api_key="sk-test-1", base_url=f"{standin.url}/cohere", httpx_client=http)


def test_a_message(client: Any) -> None:
    reply = client.chat(model=MODEL, messages=[said(f"hi {ONE}")])

    assert ONE in reply.message.content[0].text
    assert reply.message.content[0].text.endswith(canary.SENTINEL)


def test_a_streamed_message_remembers_the_conversation(client: Any) -> None:
    messages = [said(f"a {ONE}"), {"role": "assistant", "content": "hm"}, said(f"b {TWO}")]
    events = list(client.chat_stream(model=MODEL, messages=messages))

    text = "".join(event.delta.message.content.text for event in events if event.type == "content-delta")
    assert f"I remember {ONE} " in text
    assert text.endswith(canary.SENTINEL)


def test_the_client_finds_it_by_its_environment_variable(standin: Running) -> None:
    code = "import cohere; print(cohere.ClientV2('sk-test-1').models.get('embed-v4.0').name)"
    environment = {**os.environ, "CO_API_URL": f"{standin.url}/cohere"}  # read when the client is imported
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)

    assert done.stdout.strip() == "embed-v4.0"


def test_an_asynchronous_message(standin: Running) -> None:
    async def ask() -> str:
        async with httpx.AsyncClient(timeout=20) as http:
            client = cohere.AsyncClientV2(api_key="sk-test-1", base_url=f"{standin.url}/cohere", httpx_client=http)
            reply = await client.chat(model=MODEL, messages=[said(f"hi {ONE}")])
            return str(reply.message.content[0].text)

    assert ONE in asyncio.run(ask())


def test_a_forced_tool_is_called(client: Any) -> None:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = {"type": "function", "function": {"name": "weather", "description": "It.", "parameters": parameters}}
    reply = client.chat(model=MODEL, messages=[said(f"hi {ONE}")], tools=[tool], tool_choice="REQUIRED")

    (called,) = reply.message.tool_calls
    assert called.function.name == "weather"
    assert ONE in json.loads(called.function.arguments)["city"]
    assert reply.finish_reason == "TOOL_CALL"


def test_json_satisfies_its_schema(client: Any) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    form = {"type": "json_object", "json_schema": schema}
    reply = client.chat(model=MODEL, messages=[said(f"hi {ONE}")], response_format=form)

    assert ONE in json.loads(reply.message.content[0].text)["name"]


def test_an_answer_is_as_long_as_was_asked_for(client: Any) -> None:
    assert client.chat(model=MODEL, messages=[said("hi")], max_tokens=2).finish_reason == "MAX_TOKENS"


def test_texts_are_embedded(client: Any) -> None:
    found = client.embed(model="embed-v4.0", texts=["a", "b"], input_type="search_query", embedding_types=["float"])

    assert [len(one) for one in found.embeddings.float_] == [1536, 1536]


def test_documents_are_ranked(client: Any) -> None:
    found = client.rerank(model="rerank-v3.5", query="where is Berlin", documents=["a cat", "Berlin is here"], top_n=1)

    assert [one.index for one in found.results] == [1]


def test_models_are_listed_and_described(client: Any) -> None:
    names = [model.name for model in client.models.list().models]

    assert MODEL in names
    assert client.models.get(MODEL).name == MODEL
    with pytest.raises(cohere.errors.NotFoundError):
        client.models.get("acme")


def test_a_call_needs_a_model_and_a_key(client: Any, standin: Running) -> None:
    with pytest.raises(cohere.errors.BadRequestError) as caught:
        client.chat(model="", messages=[said("hi")])
    assert caught.value.body["message"] == "invalid request: model is required."

    reply = httpx.post(f"{standin.url}/cohere/v2/chat", json={"model": MODEL, "messages": [said("hi")]})
    assert (reply.status_code, reply.json()["message"]) == (401, "no api key supplied")
