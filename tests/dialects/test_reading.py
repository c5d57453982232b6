"""Reading what clients of several providers write alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brownout.dialects.reading import (
    attempt_of,
    digest_of_history,
    digest_of_key,
    last_said,
    string,
    text_of,
    turns_of,
)
from brownout.exchange import Turn

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("hello", "hello"),
        ([{"type": "text", "text": "one"}, {"type": "image"}, {"type": "input_text", "text": "two"}], "one\ntwo"),
        (["one", {"text": ""}, {"text": 3}, None], "one"),
        (None, ""),
        ({"text": "not a list"}, ""),
    ],
)
def test_the_words_are_found_in_any_form_of_content(content: Any, text: str) -> None:
    assert text_of(content) == text


@BUSY
@given(value=JSON)
def test_nothing_that_json_can_hold_makes_reading_fail(value: Any) -> None:
    text_of(value)
    turns = turns_of(value)
    assert isinstance(last_said(turns), str)
    assert digest_of_history(turns) == digest_of_history(turns)
    assert string(value) is None or value


def test_the_last_words_of_the_user_are_found_before_later_messages_of_others() -> None:
    messages = [
        {"role": "user", "content": "first"},
        {"role": "user", "content": "second"},
        {"role": "assistant", "content": "yes"},
        {"role": "user", "content": []},
        {"content": "no role"},
        "no message",
    ]

    assert last_said(turns_of(messages)) == "second"
    assert len(turns_of(messages)) == 4


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer sk-test-1"},
        {"authorization": "bearer  sk-test-1"},
        {"x-api-key": "sk-test-1"},
        {"api-key": "sk-test-1"},
        {"authorization": "Basic abc", "x-api-key": "sk-test-1"},
    ],
)
def test_a_key_has_one_digest_in_whichever_header_it_comes(headers: dict[str, str]) -> None:
    digest = digest_of_key(headers)

    assert digest == digest_of_key({"x-api-key": "sk-test-1"})
    assert digest is not None
    assert len(digest) == 12
    assert "sk-test-1" not in digest


def test_other_keys_have_other_digests_and_no_key_has_none() -> None:
    assert digest_of_key({"x-api-key": "sk-test-1"}) != digest_of_key({"x-api-key": "sk-test-2"})
    assert digest_of_key({}) is None
    assert digest_of_key({"authorization": "Bearer "}) is None


@pytest.mark.parametrize(
    ("headers", "attempt"),
    [
        ({"x-stainless-retry-count": "0"}, 0),
        ({"x-stainless-retry-count": " 2 "}, 2),
        ({"amz-sdk-request": "attempt=1; max=3"}, 0),
        ({"amz-sdk-request": "attempt=3; max=3"}, 2),
        ({"x-stainless-retry-count": "-1"}, None),
        ({"x-stainless-retry-count": "²"}, None),
        ({"x-stainless-retry-count": "9" * 5000}, None),
        ({"amz-sdk-request": "max=3"}, None),
        ({}, None),
    ],
)
def test_the_clients_own_attempt_number_counts_from_zero(headers: dict[str, str], attempt: int | None) -> None:
    assert attempt_of(headers) == attempt


def test_a_conversation_keeps_its_name_while_it_grows() -> None:
    begun = (Turn("system", "Be brief."), Turn("user", "Hello"))

    grown = (*begun, Turn("assistant", "Hi"), Turn("user", "And now?"))
    assert digest_of_history(grown) == digest_of_history(begun)
    assert digest_of_history((Turn("system", "Be long."), Turn("user", "Hello"))) != digest_of_history(begun)
    assert digest_of_history((Turn("system", "Be brief."),)) is None
