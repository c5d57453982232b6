"""A plain HTTP client talks to Copilot's desk in a real stand-in process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest
from support.standin_process import Running

from brownout.calls import canary

ONE, TWO = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2))
PLACE = "/beta/copilot/conversations"


@pytest.fixture(params=["/beta/copilot/conversations", "/rest/conversations", "/rest/beta/conversations"])
def place(request: pytest.FixtureRequest) -> str:
    """Under each of its names."""
    return str(request.param)


@pytest.fixture
def graph(standin: Running) -> Iterator[httpx.Client]:
    headers = {"authorization": "Bearer sk-test-1"}
    with httpx.Client(base_url=f"{standin.url}/copilot", headers=headers, timeout=20, trust_env=False) as client:
        yield client


def asking(text: str) -> dict[str, Any]:
    return {"message": {"text": text}, "locationHint": {"timeZone": "Europe/Berlin"}}


def begin(graph: httpx.Client, place: str = PLACE) -> str:
    made = graph.post(place, json={})
    assert made.status_code == 201
    return str(made.json()["id"])


def test_a_conversation_goes_on_and_remembers(graph: httpx.Client, place: str) -> None:
    id = begin(graph, place)
    first = graph.post(f"{place}/{id}/chat", json=asking(f"hi {ONE}")).json()
    second = graph.post(f"{place}/{id}/chat", json=asking(f"and {TWO}")).json()

    assert [first["turnCount"], second["turnCount"]] == [1, 2]
    assert first["id"] == second["id"] == id
    assert [second["createdDateTime"], second["displayName"]] == [first["createdDateTime"], f"hi {ONE}"]
    assert second["messages"][:2] == first["messages"]
    assert f"I remember {ONE} " in second["messages"][-1]["text"]
    assert second["messages"][-1]["text"].endswith(canary.SENTINEL)


def test_a_streamed_turn_grows_and_counts(graph: httpx.Client) -> None:
    id = begin(graph)
    with graph.stream("POST", f"{PLACE}/{id}/chatOverStream", json=asking(f"hi {ONE}")) as reply:
        lines = [json.loads(line.removeprefix("data: ")) for line in reply.iter_lines() if line]
    texts = [line["messages"][-1]["text"] for line in lines[1:]]
    after = graph.post(f"{PLACE}/{id}/chat", json=asking("and?")).json()

    assert reply.headers["content-type"] == "text/event-stream"
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(texts))
    assert ONE in texts[-1]
    assert texts[-1].endswith(canary.SENTINEL)
    assert after["turnCount"] == 2
    assert after["messages"][:2] == lines[-1]["messages"]


def test_a_conversation_that_never_began_is_not_found(graph: httpx.Client) -> None:
    for end in ("chat", "chatOverStream"):
        reply = graph.post(f"{PLACE}/nowhere/{end}", json=asking("hi"))

        assert (reply.status_code, reply.json()["error"]["code"]) == (404, "NotFound")


@pytest.mark.parametrize(
    ("body", "said"), [({"message": {}}, "'message'"), ({"message": {"text": "hi"}}, "'locationHint'"), (None, "JSON")]
)
def test_a_message_without_its_parts_is_refused(graph: httpx.Client, body: Any, said: str) -> None:
    reply = graph.post(f"{PLACE}/{begin(graph)}/chat", json=body)

    assert reply.status_code == 400
    assert said in reply.json()["error"]["message"]


def test_nobody_comes_in_without_a_token(standin: Running) -> None:
    reply = httpx.post(f"{standin.url}/copilot{PLACE}", json={}, trust_env=False)

    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert "authorization_uri=" in reply.headers["www-authenticate"]


def test_the_rest_of_graph_is_not_there(graph: httpx.Client) -> None:
    reply = graph.get("/v1.0/me/messages")

    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "ResourceNotFound")
