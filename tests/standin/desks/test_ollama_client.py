"""The real ollama client against a real stand-in process."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import ollama
import pytest
from support.standin_process import Running

from brownout.calls import canary

ONE, TWO = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2))


@pytest.fixture
def client(standin: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[ollama.Client]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("OLLAMA_API_KEY", raising=False)
    made = ollama.Client(host=f"{standin.url}/ollama", timeout=30)
    yield made
    made._client.close()


def test_a_chat_needs_no_key(client: ollama.Client) -> None:
    reply = client.chat(model="llama3.2", messages=[{"role": "user", "content": f"hi {ONE}"}])

    assert ONE in (reply.message.content or "")
    assert (reply.message.content or "").endswith(canary.SENTINEL)


def test_a_streamed_chat(client: ollama.Client) -> None:
    said = [(("user", "assistant")[n % 2], text) for n, text in enumerate((f"a {ONE}", "hm", f"b {TWO}"))]
    messages = [{"role": role, "content": text} for role, text in said]
    text = "".join(part.message.content or "" for part in client.chat(model="x", messages=messages, stream=True))

    assert f"I remember {ONE} " in text
    assert text.endswith(canary.SENTINEL)


def test_a_form_and_a_length_are_kept(client: ollama.Client) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    formed = client.generate(model="x", prompt=f"where {ONE}", format=schema)
    short = client.generate(model="x", prompt="hi", options={"num_predict": 2})

    assert ONE in json.loads(formed.response or "")["city"]
    assert (short.done_reason, short.eval_count) == ("length", 2)


def test_a_tool_that_is_offered_is_not_called(client: ollama.Client) -> None:
    tool = {"type": "function", "function": {"name": "w", "description": "d", "parameters": {"type": "object"}}}
    reply = client.chat(model="x", messages=[{"role": "user", "content": "hi"}], tools=[tool])

    assert reply.message.tool_calls is None


def test_vectors_and_models(client: ollama.Client) -> None:
    assert len(client.embed(model="x", input=["a", "b"]).embeddings) == 2
    assert client.list().models
    assert client.show("llama3.2").capabilities


def test_a_call_without_a_model_is_refused(standin: Running) -> None:
    with httpx.Client(trust_env=False) as bare:
        reply = bare.post(f"{standin.url}/ollama/api/chat", json={"messages": []})

    assert (reply.status_code, reply.json()) == (400, {"error": "model is required"})


def test_what_is_not_there_is_refused(client: ollama.Client) -> None:
    with pytest.raises(ollama.ResponseError) as caught:
        client.copy("a", "b")

    assert caught.value.status_code == 404
