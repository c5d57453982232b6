"""The real Anthropic client against a real stand-in process."""

from __future__ import annotations

from collections.abc import Iterator

import anthropic
import pytest
from anthropic import Anthropic
from support.standin_process import Running

from brownout.calls import canary

ONE, TWO = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2))
MODEL = "claude-haiku-4-5-20251001"


@pytest.fixture
def client(standin: Running) -> Iterator[Anthropic]:
    with Anthropic(base_url=f"{standin.url}/anthropic", api_key="sk-ant-test-1", max_retries=0, timeout=30) as made:
        yield made


def test_a_message(client: Anthropic) -> None:
    reply = client.messages.create(
        model=MODEL, max_tokens=1000, messages=[{"role": "user", "content": f"hi {ONE}"}], system="be kind"
    )
    block = reply.content[0]
    assert block.type == "text"
    assert ONE in block.text
    assert block.text.endswith(canary.SENTINEL)


def test_a_streamed_message(client: Anthropic) -> None:
    with client.messages.stream(
        model=MODEL,
        max_tokens=1000,
        messages=[
            {"role": "user", "content": f"a {ONE}"},
            {"role": "assistant", "content": "hm"},
            {"role": "user", "content": f"b {TWO}"},
        ],
    ) as stream:
        text = "".join(stream.text_stream)
    assert f"I remember {ONE} " in text
    assert text.endswith(canary.SENTINEL)


def test_a_forced_tool_is_used(client: Anthropic) -> None:
    schema: dict[str, object] = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    reply = client.messages.create(
        model=MODEL,
        max_tokens=1000,
        messages=[{"role": "user", "content": f"weather {ONE}"}],
        tools=[{"name": "get_weather", "input_schema": schema}],
        tool_choice={"type": "tool", "name": "get_weather"},
    )
    block = reply.content[0]
    assert block.type == "tool_use"
    assert isinstance(block.input, dict)
    assert ONE in str(block.input["city"])


def test_a_tool_that_is_only_offered_is_not_used(client: Anthropic) -> None:
    reply = client.messages.create(
        model=MODEL,
        max_tokens=1000,
        messages=[{"role": "user", "content": "hi"}],
        tools=[{"name": "get_weather", "input_schema": {"type": "object"}}],
    )
    assert (reply.stop_reason, reply.content[0].type) == ("end_turn", "text")


def test_tokens_and_models(client: Anthropic) -> None:
    counted = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": "one two three"}])
    assert counted.input_tokens == 3
    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).id == MODEL


def test_a_client_without_a_key_is_not_let_in(client: Anthropic) -> None:
    bare = {"X-Api-Key": anthropic.omit, "Authorization": anthropic.omit}
    with pytest.raises(anthropic.AuthenticationError, match="x-api-key header is required"):
        client.messages.create(
            model=MODEL, max_tokens=5, messages=[{"role": "user", "content": "hi"}], extra_headers=bare
        )
