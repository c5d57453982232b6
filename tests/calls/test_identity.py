from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from brownout.calls.identity import Occurrences, canary_of, digest_of, key_of
from brownout.dialects import dialect_for
from brownout.exchange import Call, Request

CANARY = "bo-aaaaaaaaaaaa"


def chat(*said: tuple[str, str], path: str = "/v1/chat/completions", **more: object) -> Call:
    messages = [{"role": role, "content": text} for role, text in said]
    body = json.dumps({"model": "gpt-4o-mini", "messages": messages, **more}).encode()
    return dialect_for("openai.chat").read(Request("POST", "api.openai.com", path, "", {}, body))


def test_the_canary_is_the_one_the_user_said_last() -> None:
    call = chat(("user", "bo-bbbbbbbbbbbb"), ("assistant", "I remember bo-cccccccccccc"), ("user", f"now {CANARY}"))

    assert canary_of(call) == CANARY


def test_a_canary_outside_the_users_words_is_found_in_the_body() -> None:
    assert canary_of(chat(("user", "hello"), metadata={"about": CANARY})) == CANARY


def test_a_body_that_is_no_text_has_no_canary() -> None:
    assert canary_of(Call("openai.chat", Request("POST", "h", "/", body=b"\xff\xfe\x00"))) is None


def test_the_key_does_not_depend_on_what_was_answered_before() -> None:
    one = chat(("user", "hi"), ("assistant", "first answer"), ("user", CANARY))
    other = chat(("user", "hi"), ("assistant", "another answer"), ("user", CANARY))

    assert key_of(one, CANARY) == key_of(other, CANARY)


def test_several_calls_behind_one_turn_have_keys_of_their_own() -> None:
    keys = {
        key_of(chat(("system", "Answer."), ("user", CANARY)), CANARY),
        key_of(chat(("system", "Make a title."), ("user", CANARY)), CANARY),
        key_of(chat(("system", "Answer."), ("user", CANARY), stream=True), CANARY),
    }

    assert len(keys) == 3


def test_without_a_canary_the_body_is_the_key() -> None:
    assert key_of(chat(("user", "a")), None) == key_of(chat(("user", "a")), None)
    assert key_of(chat(("user", "a")), None) != key_of(chat(("user", "b")), None)


def test_a_shortened_conversation_has_the_same_key_and_another_digest() -> None:
    long, short = chat(("user", "before"), ("user", CANARY)), chat(("user", CANARY))

    assert key_of(long, CANARY) == key_of(short, CANARY)
    assert digest_of(long) != digest_of(short) == digest_of(chat(("user", CANARY)))
    assert digest_of(Call("openai.chat", Request("GET", "api.openai.com", "/v1/models"))) is None


def test_an_sdk_that_numbers_its_attempts_is_believed() -> None:
    occurrences = Occurrences()

    assert [occurrences.number("k", attempt) for attempt in (0, 1, 2)] == [(0, "client"), (1, "client"), (2, "client")]


def test_attempts_that_went_to_two_proxies_have_the_numbers_they_would_have_had_at_one() -> None:
    one, other = Occurrences(), Occurrences()

    assert [one.number("k", 0), other.number("k", 1), one.number("k", 2)] == [(n, "client") for n in (0, 1, 2)]


def test_a_loop_around_the_sdk_is_told_apart_by_counting() -> None:
    occurrences = Occurrences()

    numbers = [occurrences.number("k", attempt) for attempt in (0, 1, 0, 1, 0)]

    assert [number for number, _ in numbers] == [0, 1, 2, 3, 4]
    assert [source for _, source in numbers] == ["client", "client", "client+proxy", "client+proxy", "client+proxy"]


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=40))
def test_calls_without_a_number_are_counted_by_key(keys: list[str]) -> None:
    occurrences = Occurrences()
    seen: dict[str, int] = {}
    for key in keys:
        assert occurrences.number(key, None) == (seen.get(key, 0), "proxy")
        seen[key] = seen.get(key, 0) + 1


@given(st.lists(st.tuples(st.sampled_from("ab"), st.none() | st.integers(0, 5)), max_size=40))
def test_no_two_calls_of_a_key_share_an_occurrence_in_one_proxy(calls: list[tuple[str, int | None]]) -> None:
    occurrences = Occurrences()

    given_out = [(key, occurrences.number(key, attempt)[0]) for key, attempt in calls]

    assert len(set(given_out)) == len(given_out)


def test_memory_is_bounded_and_the_oldest_key_goes_first() -> None:
    occurrences = Occurrences(remembered=2)
    for key in ("a", "b", "c"):
        occurrences.number(key, None)

    assert occurrences.number("c", None) == (1, "proxy")
    assert occurrences.number("a", None) == (0, "proxy")


def test_what_a_tracer_adds_changes_no_key() -> None:
    """It reaches the platform where the application passes it on, and is new for every attempt."""
    spans = (f"00-{'a' * 32}-{'1' * 16}-01", f"00-{'b' * 32}-{'2' * 16}-01")
    plain = [chat(("user", "hello")), *(chat(("user", "hello")) for _ in spans)]
    with_headers = [plain[0]]
    for call, span in zip(plain[1:], spans, strict=True):
        headers = {"traceparent": span, "baggage": f"brownout-canary={CANARY}", "tracestate": f"x={span[3:9]}"}
        with_headers.append(replace(call, request=replace(call.request, headers=headers)))
    in_body = [chat(("user", "hello"), metadata={"traceparent": span}) for span in spans]

    assert len({key_of(call, canary_of(call)) for call in with_headers}) == 1
    assert len({key_of(call, canary_of(call)) for call in in_body}) == 1
    assert {canary_of(call) for call in with_headers} == {None}
