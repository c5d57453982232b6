"""Google's own client against a real stand-in process."""

from __future__ import annotations

import asyncio
import io
import json
import os
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.standin_process import Running

from brownout.calls import canary

genai = pytest.importorskip("google.genai")
errors = pytest.importorskip("google.genai.errors")
ONE, TWO = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2))
MODEL = "gemini-2.5-flash"


@pytest.fixture(scope="module")
def clients(standin: Running) -> Iterator[dict[str, Any]]:
    """A client of Gemini and one of Vertex AI, with a key each."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("GOOGLE_")]:
            patch.delenv(name)
        patch.setenv("GOOGLE_GEMINI_BASE_URL", f"{standin.url}/gemini")
        patch.setenv("GOOGLE_VERTEX_BASE_URL", f"{standin.url}/vertex")
        made = {
            "gemini": genai.Client(api_key="sk-test-1"),
            "vertex": genai.Client(api_key="sk-test-1", vertexai=True),
        }
        yield made
        for one in made.values():
            one.close()


@pytest.fixture(params=["gemini", "vertex"])
def client(request: pytest.FixtureRequest, clients: dict[str, Any]) -> Any:
    return clients[request.param]


@pytest.fixture
def gemini(clients: dict[str, Any]) -> Any:
    return clients["gemini"]


def test_an_answer(client: Any) -> None:
    reply = client.models.generate_content(model=MODEL, contents=f"hi {ONE}")

    assert ONE in reply.text
    assert reply.text.endswith(canary.SENTINEL)


def test_a_streamed_answer(client: Any) -> None:
    chunks = list(client.models.generate_content_stream(model=MODEL, contents=f"hi {ONE}"))

    assert len(chunks) > 5
    assert "".join(chunk.text or "" for chunk in chunks).endswith(canary.SENTINEL)
    assert chunks[-1].candidates[0].finish_reason == "STOP"


def test_an_asynchronous_answer(client: Any) -> None:
    async def ask() -> tuple[str, str]:
        plain = await client.aio.models.generate_content(model=MODEL, contents=f"hi {ONE}")
        stream = await client.aio.models.generate_content_stream(model=MODEL, contents=f"hi {TWO}")
        text = "".join([chunk.text or "" async for chunk in stream])
        await client.aio.aclose()
        return plain.text, text

    plain, streamed = asyncio.run(ask())
    assert ONE in plain
    assert TWO in streamed


def test_a_chat_is_remembered(client: Any) -> None:
    chat = client.chats.create(model=MODEL)
    chat.send_message(f"I am {ONE}")

    assert f"I remember {ONE} " in chat.send_message(f"and {TWO}").text


def test_json_satisfies_its_schema(client: Any) -> None:
    config = {
        "response_mime_type": "application/json",
        "response_schema": {"type": "OBJECT", "properties": {"name": {"type": "STRING"}, "age": {"type": "INTEGER"}}},
    }
    found = json.loads(client.models.generate_content(model=MODEL, contents=f"hi {ONE}", config=config).text)

    assert ONE in found["name"]
    assert isinstance(found["age"], int)


def test_a_forced_function_is_called(client: Any) -> None:
    parameters = {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}
    config = {
        "tools": [{"function_declarations": [{"name": "weather", "description": "It.", "parameters": parameters}]}],
        "tool_config": {"function_calling_config": {"mode": "ANY"}},
    }
    (called,) = client.models.generate_content(model=MODEL, contents=f"hi {ONE}", config=config).function_calls

    assert called.name == "weather"
    assert ONE in called.args["city"]


def test_an_answer_is_as_long_as_was_asked_for(client: Any) -> None:
    reply = client.models.generate_content(model=MODEL, contents="hi", config={"max_output_tokens": 2})

    assert reply.candidates[0].finish_reason == "MAX_TOKENS"
    assert reply.usage_metadata.candidates_token_count == 2


def test_tokens_are_counted(client: Any) -> None:
    assert client.models.count_tokens(model=MODEL, contents="one two three").total_tokens == 3


def test_texts_are_embedded(client: Any) -> None:
    found = client.models.embed_content(
        model="text-embedding-005", contents=["a", "b"], config={"output_dimensionality": 8}
    )

    assert [len(one.values) for one in found.embeddings] == [8, 8]
    assert found.embeddings[0].values != found.embeddings[1].values


@pytest.mark.filterwarnings("ignore:The `copy` method is deprecated")  # the client's own, where it lists Vertex's
def test_models_are_listed_and_described(client: Any) -> None:
    names = [model.name for model in client.models.list()]

    assert names
    assert client.models.get(model=MODEL).name in names
    with pytest.raises(errors.ClientError) as caught:
        client.models.get(model="acme")
    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")


def test_a_file_lives_until_it_is_deleted(gemini: Any) -> None:
    file = gemini.files.upload(file=io.BytesIO(b"hello"), config={"mime_type": "text/plain", "display_name": "mine"})

    assert (file.size_bytes, file.mime_type, file.display_name, file.state) == (5, "text/plain", "mine", "ACTIVE")
    assert [one.name for one in gemini.files.list()] == [file.name]
    assert gemini.files.get(name=file.name).uri == file.uri
    assert ONE in gemini.models.generate_content(model=MODEL, contents=[f"read {ONE}", file]).text
    gemini.files.delete(name=file.name)
    late: list[Callable[[], Any]] = [
        lambda: gemini.files.get(name=file.name),
        lambda: gemini.models.generate_content(model=MODEL, contents=["read", file]),
    ]
    for go in late:
        with pytest.raises(errors.ClientError) as caught:
            go()
        assert (caught.value.code, caught.value.status) == (403, "PERMISSION_DENIED")
        assert "or it may not exist" in caught.value.message


def test_a_large_file_comes_in_pieces(gemini: Any) -> None:
    file = gemini.files.upload(file=io.BytesIO(b"x" * (9 << 20)), config={"mime_type": "text/plain"})
    gemini.files.delete(name=file.name)

    assert file.size_bytes == 9 << 20


def test_without_events_a_stream_is_a_json_array(standin: Running) -> None:
    url = f"{standin.url}/gemini/v1beta/models/{MODEL}:streamGenerateContent?key=sk-test-1"
    body = json.dumps({"contents": [{"parts": [{"text": f"hi {ONE}"}]}]}).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, body), timeout=20) as answer:
        kind, chunks = answer.headers["content-type"], json.load(answer)

    text = "".join(chunk["candidates"][0]["content"]["parts"][0]["text"] for chunk in chunks)
    assert kind == "application/json; charset=UTF-8"
    assert ONE in text
    assert text.endswith(canary.SENTINEL)
