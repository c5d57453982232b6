"""What a path needs that only an earlier answer can fill in, and where that answer has it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.load.jmes import parsed
from brownout.scaffold.opening import id_in, opened
from brownout.scaffold.request import Opening


@pytest.mark.parametrize(
    "path",
    [
        "/v1/chats/{{ sid }}/say",
        "/v1/chats/{{sid}}/say",
        "/v1/chats/{sid}/say",
        "/v1/chats/{sid:str}/say",
        "/v1/chats/<sid>/say",
        "/v1/chats/<string:sid>/say",
        "/v1/chats/:sid/say",
        "/v1/chats/[sid]/say",
    ],
)
def test_a_path_with_one_name_comes_after_the_part_before_it_however_it_is_written(path: str) -> None:
    assert opened(path) == ("/v1/chats/{{ sid }}/say", Opening("/v1/chats", "sid"))


@pytest.mark.parametrize(
    "path", ["/chat", "/{sid}", "/a/{b}/c/{d}", "/a/{b}{c}", "/a/{user}/say", "/a/{message}", "/a/{not}", "/a/{1}", "a"]
)
def test_a_path_with_no_name_or_several_or_one_that_means_something_else_is_none(path: str) -> None:
    assert opened(path) is None


@pytest.mark.parametrize(
    ("answer", "place", "value"),
    [
        ({"id": "7f"}, "id", "7f"),
        ({"id": 7}, "id", "7"),
        ({"id": "u-1", "sid": "s-1"}, "sid", "s-1"),
        ({"user": "u", "data": {"session-id": "s-1", "title": "New chat"}}, 'data."session-id"', "s-1"),
        ({"user": {"id": "u-1"}, "id": "s-1"}, "id", "s-1"),
        ({"session": "s-1"}, "session", "s-1"),
        ("s-1", "@", "s-1"),
    ],
)
def test_the_value_is_where_the_answer_has_an_id(answer: object, place: str, value: str) -> None:
    assert id_in(json.dumps(answer).encode(), "sid") == (place, value)


@pytest.mark.parametrize("body", [b"", b"<p>", b"{}", b'{"ok": true}', b'{"a": "b", "c": "d"}', b'{"id": "a b"}'])
def test_an_answer_without_an_id_has_no_value(body: bytes) -> None:
    assert id_in(body, "sid") is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["s-1", "7f"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_whatever_an_answer_is_the_value_is_at_its_place(answer: object) -> None:
    at = id_in(json.dumps(answer).encode(), "sid")

    assert at is None or str(parsed(at[0]).search(answer)) == at[1]
