"""traceparent and baggage as W3C has them: what is malformed means nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls import trace
from brownout.calls.canary import make

ID, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
MARK = make(7, "chat", 1, 2, 3)


@given(st.lists(st.one_of(st.text(), st.integers()), max_size=5))
def test_what_is_made_is_valid_and_the_same_every_time(parts: list[str | int]) -> None:
    made = trace.traceparent(*parts)

    assert made == trace.traceparent(*parts)
    assert trace.trace_id(made) == made.split("-")[1]


def test_another_turn_has_another_trace() -> None:
    assert trace.trace_id(trace.traceparent("chat", 1, 2)) != trace.trace_id(trace.traceparent("chat", 1, 3))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"00-{ID}-{PARENT}-01", ID),
        (f" 00-{ID}-{PARENT}-00\t", ID),
        (f"cc-{ID}-{PARENT}-01-what-comes-later", ID),
        (f"00-{ID}-{PARENT}-01-what-comes-later", None),
        (f"ff-{ID}-{PARENT}-01", None),
        (f"00-{'0' * 32}-{PARENT}-01", None),
        (f"00-{ID}-{'0' * 16}-01", None),
        (f"00-{ID.upper()}-{PARENT}-01", None),
        (f"00-{ID}-{PARENT}-01, 00-{ID}-{PARENT}-01", None),
        (f"{ID}-{PARENT}-01", None),
        ("", None),
        (None, None),
    ],
)
def test_a_malformed_traceparent_is_ignored(value: str | None, expected: str | None) -> None:
    assert trace.trace_id(value) == expected


@given(st.text())
def test_no_header_whatever_is_too_much(value: str) -> None:
    assert (trace.trace_id(value) or "") in value
    assert trace.baggage_canary(value) is None


@given(st.lists(st.from_regex(r"[a-z]{1,8}=[a-z0-9%]{0,8}(;ttl=3)?", fullmatch=True), max_size=4), st.integers(0, 4))
def test_the_canary_stands_anywhere_in_the_baggage(others: list[str], place: int) -> None:
    members = [*others[:place], f" {trace.baggage(MARK)} ;prop=1", *others[place:]]

    assert trace.baggage_canary(",".join(members)) == MARK


@pytest.mark.parametrize(
    "value",
    [
        "brownout-canary=bo-TOOSHORT",
        "brownout-canary",
        f"brownout-canary={MARK}x",
        f"other={MARK}",
        f"{trace.baggage(MARK)},{trace.baggage(make(7, 'chat', 9, 9, 9))}",
        "x=" + "y" * 9000 + f",{trace.baggage(MARK)}",
    ],
)
def test_malformed_baggage_is_ignored(value: str) -> None:
    assert trace.baggage_canary(value) is None


def test_baggage_may_be_percent_encoded() -> None:
    assert trace.baggage_canary(trace.baggage(MARK).replace("-aa", "%2Daa").replace("=bo-", "=bo%2D")) == MARK


@given(st.lists(st.sampled_from(["00", "-", f"-{ID}-{PARENT}-", f"00-{ID}-{PARENT}-01", ID, "a", " ", "_", "g", "\n"])))
def test_a_trace_is_taken_out_wherever_it_stands_by_itself(parts: list[str]) -> None:
    text = "".join(parts)
    whole = r"\b[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b"
    assert trace.without_trace(text) == re.sub(whole, "", text)
