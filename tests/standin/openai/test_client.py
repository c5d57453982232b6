"""The real OpenAI client against a real stand-in process."""

from __future__ import annotations

import math
from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel
from support.standin_process import Running, Start

from brownout.calls import canary

ONE, TWO, THREE = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2, 3))


@pytest.fixture
def client(standin: Running) -> Iterator[OpenAI]:
    with connect(standin) as made:
        yield made


def connect(running: Running) -> OpenAI:
    return OpenAI(base_url=f"{running.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=30)


def test_chat(client: OpenAI) -> None:
    reply = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": f"hi {ONE}"}])
    content = reply.choices[0].message.content or ""
    assert ONE in content
    assert content.endswith(canary.SENTINEL)


def test_chat_stream(client: OpenAI) -> None:
    with client.chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "user", "content": f"a {ONE}"},
            {"role": "assistant", "content": "hm"},
            {"role": "user", "content": f"b {TWO}"},
        ],
        stream=True,
        stream_options={"include_usage": True},
    ) as stream:
        chunks = list(stream)
    content = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert f"I remember {ONE} " in content
    assert content.endswith(canary.SENTINEL)
    assert len(chunks) > 30
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == len(chunks) - 3


class City(BaseModel):
    name: str
    inhabitants: int


def test_structured_output(client: OpenAI) -> None:
    reply = client.chat.completions.parse(
        model="gpt-4o", messages=[{"role": "user", "content": f"a city {ONE}"}], response_format=City
    )
    parsed = reply.choices[0].message.parsed
    assert parsed is not None
    assert ONE in parsed.name
    response = client.responses.parse(model="gpt-4o", input=f"a city {TWO}", text_format=City)
    assert response.output_parsed is not None
    assert TWO in response.output_parsed.name


def test_responses_remember_their_predecessors(client: OpenAI) -> None:
    first = client.responses.create(model="gpt-5", input=f"a {ONE}", instructions="be kind")
    with client.responses.stream(model="gpt-5", input=f"b {TWO}", previous_response_id=first.id) as stream:
        second = stream.get_final_response()
    third = client.responses.create(model="gpt-5", input=f"c {THREE}", previous_response_id=second.id)
    assert f"I remember {ONE} {TWO} " in third.output_text
    assert third.output_text.endswith(canary.SENTINEL)
    assert client.responses.retrieve(second.id).output_text == second.output_text
    assert [item.id for item in client.responses.input_items.list(first.id)]
    client.responses.delete(first.id)
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="gpt-5", input="d", previous_response_id=first.id)
    assert caught.value.code == "previous_response_not_found"


def test_conversations(client: OpenAI) -> None:
    made = client.conversations.create(metadata={"topic": "x"}, items=[{"role": "user", "content": f"a {ONE}"}])
    reply = client.responses.create(model="gpt-5", input=f"b {TWO}", conversation=made.id)
    assert f"I remember {ONE} " in reply.output_text
    items = client.conversations.items.list(made.id, order="asc")
    assert [item.type for item in items] == ["message", "message", "message"]
    client.conversations.delete(made.id)
    with pytest.raises(openai.NotFoundError, match=f"Conversation with id '{made.id}' not found"):
        client.conversations.retrieve(made.id)


def test_a_long_history_is_listed_page_by_page(client: OpenAI) -> None:
    made = client.conversations.create()
    for start in (0, 20):
        client.conversations.items.create(
            made.id, items=[{"role": "user", "content": str(number)} for number in range(start, start + 20)]
        )
    assert len(list(client.conversations.items.list(made.id))) == 40


def test_models(client: OpenAI) -> None:
    assert "gpt-4o" in [model.id for model in client.models.list()]
    assert client.models.retrieve("gpt-4o").id == "gpt-4o"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("llama")


def test_embeddings(client: OpenAI) -> None:
    packed = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"]).data
    plain = client.embeddings.create(model="text-embedding-3-small", input="a", encoding_format="float").data
    assert packed[0].embedding == pytest.approx(plain[0].embedding)
    assert packed[0].embedding != packed[1].embedding
    assert math.isclose(math.fsum(x * x for x in plain[0].embedding), 1, abs_tol=1e-5)


def test_images(client: OpenAI) -> None:
    picture = client.images.generate(model="gpt-image-1", prompt="a cat", n=2).data
    assert picture is not None
    assert len(picture) == 2
    edited = client.images.edit(model="gpt-image-1", image=b"\x89PNG", prompt="a dog").data
    assert edited is not None
    assert edited[0].b64_json


def test_a_client_without_a_key_is_not_let_in(client: OpenAI) -> None:
    with pytest.raises(openai.AuthenticationError, match="You didn't provide an API key"):
        client.chat.completions.create(model="gpt-4o", messages=[], extra_headers={"Authorization": openai.omit})


def test_same_seed_same_words_and_ids(start: Start) -> None:
    def once() -> tuple[str, str]:
        with connect(start(seed=3)) as client:
            reply = client.responses.create(model="gpt-5", input=f"a {ONE}")
            return reply.id, reply.output_text

    assert once() == once()
