"""A plain HTTP client talks to a bot over Direct Line in a real stand-in process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.standin_process import Running

from brownout.calls import canary
from brownout.standin.desks.directline import MAX_ACTIVITIES, Talk

ONE, TWO = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2))
PLACE = "/v3/directline/conversations"


@pytest.fixture
def channel(standin: Running) -> Iterator[httpx.Client]:
    headers = {"authorization": "Bearer sk-test-secret"}
    with httpx.Client(base_url=f"{standin.url}/directline", headers=headers, timeout=20, trust_env=False) as client:
        yield client


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "from": {"id": "user1"}, "text": text, **more}


def begin(channel: httpx.Client) -> str:
    made = channel.post(PLACE)
    assert made.status_code == 201
    return str(made.json()["conversationId"])


def heard(channel: httpx.Client, id: str, watermark: str = "") -> dict[str, Any]:
    query = {"watermark": watermark} if watermark else {}
    found: dict[str, Any] = channel.get(f"{PLACE}/{id}/activities", params=query).json()
    return found


def test_the_bot_answers_and_remembers(channel: httpx.Client) -> None:
    id = begin(channel)
    posted = [
        channel.post(f"{PLACE}/{id}/activities", json=message(text)).json()["id"] for text in (f"a {ONE}", f"b {TWO}")
    ]
    activities = heard(channel, id)["activities"]

    assert [one["id"] for one in activities] == [f"{id}|{number:07}" for number in range(4)]
    assert posted == [activities[0]["id"], activities[2]["id"]]
    assert [one.get("replyToId") for one in activities] == [None, posted[0], None, posted[1]]
    assert [one["from"]["id"] for one in activities] == ["user1", "brownout-bot"] * 2
    assert f"I remember {ONE} " in activities[3]["text"]
    assert activities[3]["text"].endswith(canary.SENTINEL)


def test_a_watermark_gives_what_is_new(channel: httpx.Client) -> None:
    id = begin(channel)
    channel.post(f"{PLACE}/{id}/activities", json=message("one"))
    mark = heard(channel, id)["watermark"]
    nothing = heard(channel, id, mark)
    channel.post(f"{PLACE}/{id}/activities", json=message("two"))
    new = heard(channel, id, mark)

    assert (mark, nothing["activities"], nothing["watermark"]) == ("2", [], "2")
    assert [one["text"] for one in new["activities"][:1]] == ["two"]
    assert new["watermark"] == "4"
    assert channel.get(f"{PLACE}/{id}/activities", params={"watermark": "soon"}).status_code == 400


def test_the_bot_says_nothing_to_what_is_no_message(channel: httpx.Client) -> None:
    id = begin(channel)
    channel.post(f"{PLACE}/{id}/activities", json={"type": "event", "name": "start", "from": {"id": "user1"}})

    (only,) = heard(channel, id)["activities"]
    assert (only["type"], only["name"]) == ("event", "start")


def test_a_token_leads_to_its_conversation(channel: httpx.Client, standin: Running) -> None:
    made = channel.post("/v3/directline/tokens/generate").json()
    mine = {"authorization": f"Bearer {made['token']}"}
    begun = channel.post(PLACE, headers=mine)
    fresh = channel.post("/v3/directline/tokens/refresh", headers=mine).json()
    again = channel.post(PLACE, headers={"authorization": f"Bearer {fresh['token']}"})

    assert (begun.status_code, begun.json()["conversationId"]) == (201, made["conversationId"])
    assert fresh["token"] != made["token"]
    assert (again.status_code, again.json()["conversationId"]) == (200, made["conversationId"])
    assert begun.json()["streamUrl"].startswith(f"ws://127.0.0.1:{standin.port}/directline/v3/")
    assert channel.post("/v3/directline/tokens/refresh").status_code == 403


def test_one_can_come_back_to_a_conversation(channel: httpx.Client) -> None:
    id = begin(channel)

    assert channel.get(f"{PLACE}/{id}").json()["conversationId"] == id


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("GET", "/nowhere/activities")])
def test_a_conversation_that_never_began_is_not_found(channel: httpx.Client, method: str, path: str) -> None:
    reply = channel.request(method, PLACE + path)

    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "ConversationNotFound")


def test_an_activity_without_its_parts_is_refused(channel: httpx.Client) -> None:
    reply = channel.post(f"{PLACE}/{begin(channel)}/activities", json={"type": "message", "text": "hi"})

    assert (reply.status_code, reply.json()["error"]["message"]) == (400, "Missing field: from")


def test_nobody_comes_in_without_a_token(standin: Running) -> None:
    reply = httpx.post(f"{standin.url}/directline{PLACE}", trust_env=False)

    assert (reply.status_code, reply.json()["error"]) == (
        403,
        {"code": "BadArgument", "message": "Missing token or secret"},
    )


def test_a_long_conversation_keeps_its_numbers() -> None:
    talk = Talk("abc")
    for number in range(MAX_ACTIVITIES + 5):
        talk.add(0, {"text": str(number)})

    assert len(talk.activities) == MAX_ACTIVITIES
    assert talk.count == MAX_ACTIVITIES + 5
    assert talk.since(0)[0]["id"] == "abc|0000005"
    assert [one["text"] for one in talk.since(MAX_ACTIVITIES + 4)] == [str(MAX_ACTIVITIES + 4)]
    assert talk.since(MAX_ACTIVITIES + 5) == []
