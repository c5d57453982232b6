"""JMESPath expressions of a profile, in bounded work."""

from __future__ import annotations

from typing import Any

import pytest

from brownout.load.jmes import MOST_JOINED, parsed

DOUBLED = " | ".join(["[@, @]"] * 20)


@pytest.mark.parametrize(
    ("expression", "data", "value"),
    [
        ("a.b[0]", {"a": {"b": [3]}}, 3),
        ("messages[?role == 'user'].text", {"messages": [{"role": "user", "text": "hi"}]}, ["hi"]),
        ("[a, b, c][]", {"a": [1], "b": [2], "c": 3}, [1, 2, 3]),
        ("{a: a, b: {c: c, d: [d, e]}}", {"a": 1}, {"a": 1, "b": {"c": None, "d": [None, None]}}),
        ("join(', ', map(&to_string(@), [a, b]))", {"a": 1, "b": 2}, "1, 2"),
        ("sort_by(items, &n)[-1].n", {"items": [{"n": 2}, {"n": 1}]}, 2),
    ],
)
def test_what_reads_a_document_is_read(expression: str, data: Any, value: Any) -> None:
    assert parsed(expression).search(data) == value


@pytest.mark.parametrize(
    "expression",
    [
        DOUBLED,
        DOUBLED.replace("[@, @]", "[@, @][]"),
        DOUBLED.replace("[@, @]", "{a: @, b: @}"),
        " | ".join(["to_array(not_null(@, @))[].[@, @]"] * 8),
        " | ".join(["join('', [@, @])"] * 12),
        " | ".join(["merge(@, {a: @})"] * 12),
        DOUBLED.replace("[@, @]", "[@] | to_string(@)"),
        "[@, @][*]." * 10 + "[@, @]",
        f"items[?{DOUBLED}]",
        f"map(&({DOUBLED}), items)",
        f"!({DOUBLED})",
    ],
)
def test_what_makes_many_times_what_it_is_given_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="times as much"):
        parsed(expression)


@pytest.mark.parametrize(
    "expression",
    [
        f"[{', '.join(['a'] * 90)}]",
        " | ".join(["items[?contains(text, 'a') && starts_with(text, 'b')]"] * 9),
        " || ".join(["not_null(a, b, c)"] * 9),
        " | ".join(["sort_by(@, &length(a))"] * 9),
    ],
)
def test_what_is_long_and_makes_no_more_is_not_refused(expression: str) -> None:
    assert parsed(expression).parsed


def test_texts_are_joined_up_to_a_bound() -> None:
    long = "x" * 1000

    assert parsed("join(a, b)").search({"a": "-", "b": [long, long]}) == f"{long}-{long}"
    with pytest.raises(ValueError, match="join"):
        parsed("join(a, b)").search({"a": long, "b": ["x"] * (MOST_JOINED // 1000 + 2)})
