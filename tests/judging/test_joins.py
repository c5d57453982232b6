"""By what each call is joined to its question: which method comes first, and what is joined to none."""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import Handwritten

A, B, C = "bo-aaaaaaaaaaaa", "bo-bbbbbbbbbbbb", "bo-cccccccccccc"
TRACE_A, TRACE_B, TRACE_X = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture
def two(drill: Handwritten) -> Handwritten:
    """Two users whose questions are open at the same time, so that the moment alone says nothing."""
    drill.ask(1, canary=A, duration=5.0, user=1, trace=TRACE_A)
    drill.ask(1, canary=B, duration=5.0, user=2, trace=TRACE_B)
    return drill


def _joined(drill: Handwritten) -> list[tuple[str | None, str | None]]:
    rows = drill.record().rows("SELECT canary, joined FROM exchange ORDER BY t, rowid")
    return [(row["canary"], row["joined"]) for row in rows]


def test_a_trace_that_was_passed_on_ties_a_call_without_the_words(two: Handwritten) -> None:
    two.exchange(2, trace=TRACE_B)
    two.exchange(3, trace=TRACE_A)

    assert _joined(two) == [(B, "traceparent"), (A, "traceparent")]


@pytest.mark.parametrize("passed_on", [{"trace": TRACE_A}, {"baggage": A}, {"trace": TRACE_X}])
@pytest.mark.parametrize(("outcome", "whose"), [("hung", A), ("ok", None)])
def test_what_goes_on_long_after_its_user_has_left_is_that_users_unless_it_was_answered(
    drill: Handwritten, outcome: str, whose: str | None, passed_on: dict[str, str]
) -> None:
    """A loop that the first request started goes on under its trace for as long as the application runs."""
    drill.ask(1, outcome, A, duration=5.0, trace=TRACE_A)
    drill.exchange(2, A, **passed_on)
    drill.exchange(30, **passed_on)

    (_, (canary, joined)) = _joined(drill)
    assert canary == whose
    assert joined in ("traceparent", "baggage")


def test_a_canary_in_the_baggage_ties_it_as_well(two: Handwritten) -> None:
    two.exchange(2, baggage=B)
    two.exchange(2, baggage=C)  # nobody said that

    assert _joined(two) == [(B, "baggage"), (None, None)]


def test_what_the_words_say_comes_before_all_else(two: Handwritten) -> None:
    two.exchange(2, A, trace=TRACE_B, baggage=B)

    assert _joined(two) == [(A, "canary")]


def test_what_the_platform_made_comes_before_the_trace_and_that_before_baggage(two: Handwritten) -> None:
    two.exchange(2, A, made=["resp_a"], path="/v1/responses")
    two.exchange(3, path="/v1/responses/resp_a", method="GET", trace=TRACE_B)
    two.exchange(4, trace=TRACE_A, baggage=B)

    assert _joined(two) == [(A, "canary"), (A, "id"), (A, "traceparent")]


def test_what_was_made_for_a_call_that_a_trace_tied_is_tied_too(two: Handwritten) -> None:
    two.exchange(2, trace=TRACE_A, made=["resp_a"], path="/v1/responses")
    two.exchange(3, path="/v1/responses/resp_a", method="GET")

    assert _joined(two) == [(A, "traceparent"), (A, "id")]


def test_a_trace_that_two_conversations_share_is_neithers(drill: Handwritten) -> None:
    drill.ask(1, canary=A, user=1, duration=5.0, trace=TRACE_X)
    drill.ask(1, canary=B, user=2, duration=5.0, trace=TRACE_X)
    drill.exchange(2, trace=TRACE_X)
    drill.exchange(3, A, trace=TRACE_X)

    assert _joined(drill) == [(None, None), (A, "canary")]


def test_on_a_connection_that_stays_open_a_call_is_of_the_latest_question(drill: Handwritten) -> None:
    for t, mark in ((1, A), (10, B)):
        drill.ask(t, canary=mark, iteration=0, duration=5.0, trace=TRACE_X)
        drill.ask(t, canary=f"bo-other{t:07}"[:15], user=9, duration=5.0)
    drill.exchange(2, trace=TRACE_X, baggage=A)
    drill.exchange(11, trace=TRACE_X, baggage=A)
    drill.exchange(12, baggage=A)

    assert _joined(drill) == [(A, "traceparent"), (B, "traceparent"), (B, "baggage")]


def test_a_call_of_a_step_that_asks_nothing_is_known_to_be_nobodys(drill: Handwritten) -> None:
    drill.ask(1, user=1, asks=False, trace=TRACE_A, duration=5.0)
    drill.ask(1, canary=B, user=2, duration=5.0)
    drill.exchange(2, trace=TRACE_A)

    assert _joined(drill) == [(None, "traceparent")]


def test_calls_of_one_trace_of_the_applications_own_belong_together(two: Handwritten) -> None:
    two.exchange(2, A, trace=TRACE_X)
    two.exchange(3, trace=TRACE_X)
    two.exchange(4, A, trace="d" * 32)
    two.exchange(4, B, trace="d" * 32)
    two.exchange(5, trace="d" * 32)  # a trace without end ties nobody

    assert _joined(two) == [(A, "canary"), (A, "traceparent"), (A, "canary"), (B, "canary"), (None, None)]


def test_a_value_of_one_user_ties_what_was_rewritten(two: Handwritten) -> None:
    two.exchange(2, A, whose=["user:1111"])
    two.exchange(2, B, whose=["user:2222"])
    two.exchange(3, whose=["user:2222", "metadata.env:9999"])

    assert _joined(two)[2] == (B, "conversation")


def test_a_value_that_the_user_was_given_ties_it_too(drill: Handwritten) -> None:
    drill.ask(1, canary=A, user=1, duration=5.0, kept=["1111"])
    drill.ask(1, canary=B, user=2, duration=5.0, kept=["2222"])
    drill.exchange(2, whose=["metadata.chat:1111"])
    drill.exchange(3, whose=["metadata.chat:2222"])

    assert _joined(drill) == [(A, "conversation"), (B, "conversation")]


def test_a_conversation_goes_from_question_to_question(drill: Handwritten) -> None:
    for t, mark, other in ((1, A, "bo-eeeeeeeeeeee"), (10, B, "bo-ffffffffffff")):
        drill.ask(t, canary=mark, user=1, iteration=0, duration=2.0, kept=["1111"])
        drill.ask(t, canary=other, user=2, iteration=0, duration=2.0, kept=["2222"])
    for t in (2, 6, 11):
        drill.exchange(t, whose=["session_id:1111"])
        drill.exchange(t, "bo-ffffffffffff", whose=["session_id:2222"])

    assert _joined(drill)[::2] == [
        (A, "conversation"),
        (None, None),
        (B, "conversation"),
    ]  # between them nobody waited for it


@pytest.mark.parametrize(
    "theirs",
    [
        pytest.param("user:1111", id="a value that all share"),
        pytest.param("user:2222", id="values of two users in one call"),
    ],
)
def test_a_value_that_is_not_one_users_alone_ties_nothing(two: Handwritten, theirs: str) -> None:
    two.exchange(2, A, whose=["user:1111", "user:3333"])
    two.exchange(2, B, whose=[theirs, "user:4444"])
    two.exchange(3, whose=["user:1111", theirs])

    assert _joined(two)[2] == (None, None)


def test_a_conversation_that_its_user_has_left_for_another_is_nobodys(drill: Handwritten) -> None:
    drill.ask(1, "hung", A, user=1, iteration=0, duration=2.0, kept=["1111"])
    drill.ask(5, "ok", B, user=1, iteration=1, duration=9.0, kept=["2222"])
    drill.ask(1, "hung", C, user=2, duration=20.0)
    drill.exchange(4, whose=["metadata.chat:1111"])
    drill.exchange(6, whose=["metadata.chat:1111"])
    drill.exchange(7, whose=["metadata.chat:2222"])

    assert _joined(drill) == [(A, "conversation"), (None, None), (B, "conversation")]


def test_what_every_call_says_proves_nothing_where_one_user_alone_was_heard(two: Handwritten) -> None:
    two.exchange(2, A, whose=["metadata.env:9999"])
    two.exchange(3, whose=["metadata.env:9999"])

    assert _joined(two)[1] == (None, None)


def test_the_only_question_that_is_open_is_a_guess(drill: Handwritten) -> None:
    drill.ask(1, canary=A, duration=2.0)
    drill.exchange(2)
    drill.exchange(2.5, method="GET", path="/v1/models")
    drill.exchange(3.5)
    drill.ask(10, canary=B, asks=False, duration=2.0)
    drill.exchange(11)

    assert _joined(drill) == [(A, "window"), (None, None), (None, None), (None, None)]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"canary": B, "duration": 5.0}, id="another question"),
        pytest.param({"canary": None, "asks": False, "duration": 5.0}, id="a step that asks nothing"),
        pytest.param({"canary": B, "duration": 0.5}, id="a question that was over a moment ago"),
    ],
)
def test_where_two_could_be_meant_nobody_is(drill: Handwritten, other: dict[str, Any]) -> None:
    drill.ask(1, canary=A, user=1, duration=5.0)
    drill.ask(1, user=2, **other)
    drill.exchange(2)

    assert _joined(drill) == [(None, None)]


def test_a_tool_that_a_trace_tied_belongs_to_its_question_and_one_that_was_guessed_does_not(two: Handwritten) -> None:
    two.ask(20, canary=C, duration=5.0)
    two.exchange(2, trace=TRACE_A, id="x-trace")
    two.exchange(21, id="x-guess")
    two.tool(2, None, exchange="x-trace")
    two.tool(21, None, exchange="x-guess")

    assert [row["canary"] for row in two.record().rows("SELECT canary FROM tool ORDER BY t")] == [A, None]


def test_what_the_platform_sends_and_connections_are_no_calls_that_are_guessed(drill: Handwritten) -> None:
    drill.ask(1, canary=A, duration=5.0)
    drill.exchange(2, via="inbound", service="openai.webhooks", trace=TRACE_A)
    drill.exchange(2, service="openai.connection", method="CONNECT")

    assert _joined(drill) == [(None, None), (None, None)]
