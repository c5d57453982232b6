"""A deadline for histories, as OpenAI's own client meets it: a real proxy in front of a real stand-in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from support.proxies import ProxyProcess

from brownout.deciding.replay import replay
from brownout.scenario import Scenario

pytestmark = pytest.mark.e2e
LINKED = {"account": "user-7"}


def exit_of(**settings: Any) -> dict[str, Any]:
    """A channel that ends after an hour: its rule stands in both phases, for it strikes in the second alone."""
    rule = {"fault": "history_gone", "on": "openai.*", **settings}
    phases = [
        {"phase": name, "lasts": "1h", "impact": "shutdown", "rules": [{**rule, "id": name}]}
        for name in ("before", "after")
    ]
    ends = {"whatsapp": {"announced": "10m", "deadline": "1h"}}
    return {"brownout": 1, "name": "exit", "title": "Exit", "timeline": phases, "channels": ends}


def play(edge: ProxyProcess, **settings: Any) -> None:
    edge.control(op="scenario", scenario=exit_of(**settings), speed=1.0, zero=time.monotonic())


@pytest.fixture
def client(edge: ProxyProcess) -> Iterator[OpenAI]:
    play(edge)
    with OpenAI(base_url=f"{edge.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=20) as made:
        yield made


def told(client: OpenAI, text: str = "Hello", **where: Any) -> str:
    """Say something; the id of the response."""
    made = client.responses.create(model="gpt-4o-mini", input=[{"role": "user", "content": text}], **where)
    return str(made.id)


def gone(work: Any) -> None:
    with pytest.raises(openai.NotFoundError, match="not found"):
        work()


def test_what_is_linked_in_time_lives_and_the_rest_is_not_found(edge: ProxyProcess, client: OpenAI) -> None:
    before = len(edge.rows())
    left, moved = client.conversations.create(), client.conversations.create()
    born_linked = client.conversations.create(metadata=LINKED)
    for one in (left, moved, born_linked):
        told(client, conversation=one.id)
    client.conversations.update(moved.id, metadata=LINKED)
    edge.control(op="phase", name="after")

    gone(lambda: client.conversations.retrieve(left.id))
    gone(lambda: client.conversations.items.list(left.id))
    gone(lambda: client.conversations.update(left.id, metadata=LINKED))
    gone(lambda: told(client, "And now?", conversation=left.id))
    gone(lambda: client.conversations.retrieve(left.id))
    for one in (moved, born_linked):
        assert client.conversations.retrieve(one.id).metadata == LINKED
        assert len(client.conversations.items.list(one.id).data) == 2
        assert told(client, "And now?", conversation=one.id)
    rows = edge.wait_for_rows(before + 18)[before:]
    assert {(row["phase"], row["status"]) for row in rows if row["rule"]} == {("after", 404)}
    assert all(row["delivered"] for row in rows if row["rule"])
    assert replay(Scenario.model_validate(exit_of()), rows) == []


def test_what_begins_afterwards_is_healthy(edge: ProxyProcess, client: OpenAI) -> None:
    edge.control(op="phase", name="after")
    made = client.conversations.create()
    first = told(client, "Anew", conversation=made.id)

    assert client.conversations.retrieve(made.id).id == made.id
    assert client.responses.retrieve(first).id == first
    assert told(client, "On", previous_response_id=told(client, "A chain"))


@pytest.mark.parametrize("stream", [False, True])
def test_a_chain_of_responses_ends_with_the_channel(edge: ProxyProcess, client: OpenAI, stream: bool) -> None:
    if stream:
        asked: Any = {"model": "gpt-4o-mini", "input": "Hello", "stream": True}
        with client.responses.create(**asked) as events:
            old = next(event.response.id for event in events if event.type == "response.created")
    else:
        old = told(client)
    linked = told(client, metadata=LINKED)
    edge.control(op="phase", name="after")

    with pytest.raises(openai.BadRequestError) as raised:
        told(client, previous_response_id=old)
    assert raised.value.code == "previous_response_not_found"
    gone(lambda: client.responses.retrieve(old))
    assert told(client, previous_response_id=linked)


def test_where_nothing_can_be_moved_a_link_helps_nobody(edge: ProxyProcess, client: OpenAI) -> None:
    play(edge, spares=None)
    made = client.conversations.create(metadata=LINKED)
    edge.control(op="phase", name="after")

    gone(lambda: client.conversations.retrieve(made.id))


def test_what_the_platform_refused_has_linked_nothing(edge: ProxyProcess, client: OpenAI) -> None:
    played = exit_of()
    failing = {"fault": "server_error", "on": "openai.conversations", "when": {"header": {"x-fails": "yes"}}}
    played["timeline"][0]["rules"] = [failing]
    edge.control(op="scenario", scenario=played, speed=1.0, zero=time.monotonic())
    made = client.conversations.create()
    with pytest.raises(openai.InternalServerError):
        client.conversations.update(made.id, metadata=LINKED, extra_headers={"x-fails": "yes"})
    edge.control(op="phase", name="after")

    gone(lambda: client.conversations.retrieve(made.id))
