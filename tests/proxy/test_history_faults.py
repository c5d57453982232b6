"""Hurt histories, as OpenAI's own client reads them: a real proxy in front of a real stand-in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from openai import NotFoundError, OpenAI
from support.proxies import ProxyProcess, wait_until

from brownout.calls import canary

pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("ignore:The Assistants API is deprecated:DeprecationWarning")]
MARKS = [canary.make(3, "history", 0, 0, turn) for turn in range(6)]
OTHERS = [canary.make(3, "history", 1, 0, turn) for turn in range(6)]
NOTHING: dict[str, Any] = {"fault": "history_stale", "on": "anthropic.*"}


@pytest.fixture
def client(edge: ProxyProcess) -> Iterator[OpenAI]:
    edge.play(NOTHING)
    with OpenAI(base_url=f"{edge.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=20) as made:
        yield made


def conversation(client: OpenAI, marks: list[str]) -> str:
    """A conversation with one message a canary."""
    made = client.conversations.create()
    for mark in marks:
        client.conversations.items.create(
            made.id, items=[{"type": "message", "role": "user", "content": f"Reference {mark}."}]
        )
    return made.id


def thread(client: OpenAI, marks: list[str]) -> str:
    """An assistants' thread with one message a canary."""
    made: Any = client.beta.threads.create()
    for mark in marks:
        client.beta.threads.messages.create(made.id, role="user", content=f"Reference {mark}.")
    return str(made.id)


def stored(client: OpenAI, marks: list[str]) -> str:
    """A stored completion that answers these messages."""
    messages: list[Any] = [{"role": "user", "content": f"Reference {mark}."} for mark in marks]
    return client.chat.completions.create(model="gpt-4o", messages=messages, store=True).id


def response(client: OpenAI, marks: list[str]) -> str:
    """A stored response to these items."""
    given: list[Any] = [{"role": "user", "content": f"Reference {mark}."} for mark in marks]
    return client.responses.create(model="gpt-4o", input=given).id


WRITES = {"conversations": conversation, "threads": thread, "completions": stored, "responses": response}


def listed(client: OpenAI, surface: str, id: str) -> list[str]:
    """The canaries of a list, oldest first, over all its pages."""
    pages: dict[str, Any] = {
        "conversations": lambda: client.conversations.items.list(id, order="asc", limit=4),
        "threads": lambda: client.beta.threads.messages.list(id, order="asc", limit=4),
        "completions": lambda: client.chat.completions.messages.list(id, limit=4),
        "responses": lambda: client.responses.input_items.list(id, order="asc", limit=4),
    }
    return [mark for item in pages[surface]() for mark in canary.find_all(item.model_dump_json())]


@pytest.fixture(params=list(WRITES))
def surface(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def struck(edge: ProxyProcess, before: int) -> list[dict[str, Any]]:
    """The rows of what was struck since, all of it delivered."""
    # The rows of what was written before may come late: they are not what is waited for.
    rows = wait_until(lambda: [row for row in edge.rows()[before:] if row["injected"]])
    assert all(row["delivered"] and row["status"] == 200 for row in rows)
    return rows


def test_some_of_it_is_gone_and_always_the_same(edge: ProxyProcess, client: OpenAI, surface: str) -> None:
    marks = [canary.make(3, "history", 2, 0, turn) for turn in range(20)]
    id = WRITES[surface](client, marks)
    before = len(edge.rows())
    edge.play({"fault": "history_partial", "on": "openai.*", "each": "50%"})

    found = listed(client, surface, id)

    assert found == listed(client, surface, id)
    assert 0 < len(found) < len(marks)
    assert found == [mark for mark in marks if mark in found]
    struck(edge, before)


@pytest.mark.parametrize(("loses", "left"), [("oldest", MARKS[2:]), ("newest", MARKS[:-2])])
def test_one_end_of_it_is_gone(edge: ProxyProcess, client: OpenAI, surface: str, loses: str, left: list[str]) -> None:
    id = WRITES[surface](client, MARKS)
    edge.play({"fault": "history_partial", "on": "openai.*", "loses": loses, "count": 2})

    assert listed(client, surface, id) == left


def test_an_item_that_is_gone_from_the_list_is_not_found_by_itself_either(edge: ProxyProcess, client: OpenAI) -> None:
    id = conversation(client, MARKS)
    items = [item.id or "" for item in client.conversations.items.list(id)]
    edge.play({"fault": "history_partial", "on": "openai.*", "each": "50%"})
    left = {item.id for item in client.conversations.items.list(id)}

    for item in items:
        if item in left:
            assert client.conversations.items.retrieve(item, conversation_id=id).id == item
        else:
            with pytest.raises(NotFoundError):
                client.conversations.items.retrieve(item, conversation_id=id)


def test_an_old_version_lacks_what_is_newest(edge: ProxyProcess, client: OpenAI, surface: str) -> None:
    id = WRITES[surface](client, MARKS)
    edge.play({"fault": "history_stale", "on": "openai.*", "behind": 2})

    assert listed(client, surface, id) == MARKS[:4]


@pytest.mark.parametrize("name", ["conversations", "threads"])
def test_a_write_is_missed_by_so_many_reads(edge: ProxyProcess, client: OpenAI, name: str) -> None:
    id = WRITES[name](client, MARKS[:2])
    edge.play({"fault": "history_late", "on": "openai.*", "reads": 2})
    if name == "threads":
        client.beta.threads.messages.create(id, role="user", content=f"Reference {MARKS[2]}.")
    else:
        items: list[Any] = [{"type": "message", "role": "user", "content": f"Reference {MARKS[2]}."}]
        client.conversations.items.create(id, items=items)

    assert [len(listed(client, name, id)) for _ in range(4)] == [2, 2, 3, 3]


def test_a_write_is_missed_for_so_long(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "history_late", "on": "openai.*", "delay": "500ms"})
    id = conversation(client, MARKS[:1])
    written = time.monotonic()

    first, asked = listed(client, "conversations", id), time.monotonic()
    assert first == [] or asked - written > 0.4  # on a machine that slept in between
    while not listed(client, "conversations", id):
        assert time.monotonic() - written < 15
    assert time.monotonic() - written >= 0.4


def test_another_users_message_is_among_them(edge: ProxyProcess, client: OpenAI, surface: str) -> None:
    id = WRITES[surface](client, MARKS[:3])
    before = len(edge.rows())
    edge.play({"fault": "history_crossed", "on": "openai.*"})

    found = listed(client, surface, id)

    (foreign,) = set(found) - set(MARKS)
    assert canary.is_stranger(foreign)
    assert [mark for mark in found if mark != foreign] == MARKS[:3]
    struck(edge, before)


def test_a_list_is_another_users_altogether(edge: ProxyProcess, client: OpenAI, surface: str) -> None:
    id = WRITES[surface](client, MARKS[:3])
    edge.play({"fault": "history_crossed", "on": "openai.*", "shows": "instead"})

    found = listed(client, surface, id)

    assert len(found) == 3
    assert all(map(canary.is_stranger, found))


@pytest.mark.parametrize("name", ["completions", "responses"])
def test_what_is_read_by_itself_is_another_users(edge: ProxyProcess, client: OpenAI, name: str) -> None:
    id = WRITES[name](client, MARKS[:1])
    edge.play({"fault": "history_crossed", "on": "openai.*"})

    read: Any = client.responses if name == "responses" else client.chat.completions
    shown = read.retrieve(id)

    assert shown.id == id
    assert canary.is_stranger(canary.find(shown.model_dump_json()) or "")


def test_the_other_user_can_be_a_real_one(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "history_crossed", "on": "openai.*", "of": "seen"})
    conversation(client, OTHERS[:1])
    id = conversation(client, MARKS[:2])

    assert set(listed(client, "conversations", id)) == {*MARKS[:2], OTHERS[0]}


@pytest.mark.parametrize("order", ["shuffled", "reversed"])
def test_the_order_is_another_and_nothing_is_lost(edge: ProxyProcess, client: OpenAI, surface: str, order: str) -> None:
    id = WRITES[surface](client, MARKS[:4])
    edge.play({"fault": "history_reordered", "on": "openai.*", "order": order})

    found = listed(client, surface, id)

    assert sorted(found) == sorted(MARKS[:4])
    assert found != MARKS[:4]
    assert order == "shuffled" or found == MARKS[3::-1]


@pytest.mark.parametrize("ids", ["same", "new"])
def test_items_are_there_twice(edge: ProxyProcess, client: OpenAI, ids: str) -> None:
    id = conversation(client, MARKS[:2])
    edge.play({"fault": "history_duplicated", "on": "openai.*", "each": "100%", "ids": ids})

    shown = [item.id for item in client.conversations.items.list(id, order="asc")]

    assert listed(client, "conversations", id) == [MARKS[0], MARKS[0], MARKS[1], MARKS[1]]
    assert len(set(shown)) == (2 if ids == "same" else 4)


def test_an_empty_list_cannot_be_hurt_and_the_journal_says_so(edge: ProxyProcess, client: OpenAI) -> None:
    id = conversation(client, [])
    before = len(edge.rows())
    edge.play({"fault": "history_crossed", "on": "openai.*"})

    assert listed(client, "conversations", id) == []
    (row,) = wait_until(lambda: [row for row in edge.rows()[before:] if row["rule"]])
    assert (row["rule"], row["injected"]) == ("outage.1.history_crossed", False)


def test_a_conversation_is_hurt_for_good_or_not_at_all(edge: ProxyProcess, client: OpenAI) -> None:
    made = [conversation(client, MARKS[:3]) for _ in range(16)]
    edge.play({"fault": "history_stale", "on": "openai.*", "behind": 1, "share": "50%", "sticky": "conversation"})

    first = [len(listed(client, "conversations", id)) for id in made]

    assert set(first) == {2, 3}
    assert first == [len(listed(client, "conversations", id)) for id in made]
