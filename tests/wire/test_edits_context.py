"""Conversations that a client sends along, hurt."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls import canary
from brownout.wire.edits_context import Damage, DamageContext

SYSTEM = {"role": "system", "content": "Be kind."}
KINDS: tuple[Damage, ...] = get_args(Damage)


def said(*words: str) -> list[dict[str, Any]]:
    """User and assistant in turn."""
    return [{"role": "assistant" if place % 2 else "user", "content": word} for place, word in enumerate(words)]


def hurt(kind: Damage, messages: list[dict[str, Any]], **settings: Any) -> list[dict[str, Any]]:
    body = json.dumps({"model": "m", "messages": messages}).encode()
    found: dict[str, Any] = json.loads(DamageContext(kind, "salt", **settings).body(body))
    assert found["model"] == "m"
    return list(found["messages"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"messages": "text"}', b'{"messages": [1]}'])
def test_what_holds_no_conversation_stays_as_it_is(kind: Damage, body: bytes) -> None:
    assert DamageContext(kind).body(body) == body


@given(st.sampled_from(KINDS), st.integers(0, 6))
def test_instructions_and_the_question_stay(kind: Damage, earlier: int) -> None:
    talk = said(*(f"turn {number}" for number in range(earlier * 2)), "the question")

    found = hurt(kind, [SYSTEM, *talk])

    assert (found[0], found[-1]) == (SYSTEM, talk[-1])
    assert earlier or found == [SYSTEM, *talk]


def test_what_follows_the_question_stays_with_it() -> None:
    tool: list[dict[str, Any]] = [
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "tool", "content": "42"},
    ]

    assert hurt("trimmed", [*said("a", "b", "c"), *tool]) == [*said("c"), *tool]


def test_trimming_keeps_the_newest() -> None:
    talk = said("a", "b", "c", "d", "e")

    assert hurt("trimmed", talk) == talk[-1:]
    assert hurt("trimmed", talk, keeps=2) == talk[-3:]
    assert hurt("trimmed", talk, keeps=9) == talk


@given(st.integers(2, 8), st.text(max_size=3))
def test_reordering_keeps_all_and_changes_the_order_of_what_the_user_said(count: int, salt: str) -> None:
    talk = said(*(f"turn {number}" for number in range(count * 2)), "the question")
    body = json.dumps({"messages": talk}).encode()

    found = json.loads(DamageContext("reordered", salt).body(body))["messages"]

    assert sorted(found, key=str) == sorted(talk, key=str)
    users = [message for message in talk if message["role"] == "user"]
    assert [message for message in found if message["role"] == "user"] != users


def test_duplicating_doubles_each_message_where_it_is() -> None:
    assert [message["content"] for message in hurt("duplicated", said("a", "b", "c"))] == ["a", "a", "b", "b", "c"]


def test_swapped_words_are_strangers_in_the_same_roles() -> None:
    found = hurt("swapped", said("a", "b", "c"))

    assert [message["role"] for message in found] == ["user", "assistant", "user"]
    marks = [canary.find(message["content"]) or "" for message in found[:2]]
    assert len(set(marks)) == 2
    assert all(map(canary.is_stranger, marks))
    assert hurt("swapped", said("a", "b", "c"), others=("theirs",))[0]["content"] == "theirs"


@pytest.mark.parametrize("reference", [{"previous_response_id": "resp_1"}, {"conversation": {"id": "conv_1"}}])
def test_forgetting_takes_the_reference_too(reference: dict[str, Any]) -> None:
    body = json.dumps({"model": "m", "input": "And now?", **reference}).encode()

    assert json.loads(DamageContext("forgotten").body(body)) == {"model": "m", "input": "And now?"}
    assert DamageContext("trimmed").body(body) == body


def test_geminis_contents_and_responses_items_are_conversations_too() -> None:
    contents = [{"role": role, "parts": [{"text": role}]} for role in ("user", "model", "user")]
    items = [{"role": "user", "content": "a"}, {"type": "function_call_output", "output": "b"}, *said("c")]

    for key, talk in (("contents", contents), ("input", items)):
        body = json.dumps({key: talk}).encode()
        assert json.loads(DamageContext("trimmed").body(body)) == {key: talk[-1:]}
