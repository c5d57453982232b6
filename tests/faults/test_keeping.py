"""Which calls read a history, and how."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brownout.exchange import Call, Request
from brownout.faults import keeping


def call(path: str, query: str = "", method: str = "GET") -> Call:
    return Call("openai.other", Request(method, "api.openai.com", path, query))


@pytest.mark.parametrize(
    ("path", "is_list", "one"),
    [
        ("/v1/conversations/conv_1/items", True, None),
        ("/v1/conversations/conv_1/items/msg_1", False, "msg_1"),
        ("/v1/conversations/conv_1", False, None),
        ("/v1/responses/resp_1/input_items", True, None),
        ("/v1/responses/resp_1", False, "resp_1"),
        ("/v1/responses", False, None),
        ("/v1/threads/thread_1/messages", True, None),
        ("/v1/threads/thread_1/messages/msg_1", False, "msg_1"),
        ("/v1/threads/thread_1/runs", False, None),
        ("/v1/chat/completions", True, None),
        ("/v1/chat/completions/chatcmpl-1/messages", True, None),
        ("/v1/chat/completions/chatcmpl-1", False, "chatcmpl-1"),
        ("/openai/v1/responses/resp_1", False, "resp_1"),
        ("/v3/directline/conversations/c1/activities", True, None),
        ("/v1/models", False, None),
        ("/v1/files/file-1", False, None),
    ],
)
def test_a_path_says_what_is_read(path: str, is_list: bool, one: str | None) -> None:
    assert keeping.lists(call(path)) is is_list
    assert keeping.single(call(path)) == one
    assert not keeping.lists(call(path, method="POST"))
    assert keeping.single(call(path, method="POST")) is None


def test_a_stream_and_a_websocket_are_no_reading() -> None:
    found = call("/v1/responses/resp_1")

    assert keeping.single(replace(found, stream=True)) is None
    assert keeping.single(replace(found, upgrade=True)) is None


@pytest.mark.parametrize(
    ("path", "query", "newest"),
    [
        ("/v1/conversations/c/items", "", True),
        ("/v1/conversations/c/items", "limit=2&order=asc", False),
        ("/v1/chat/completions/c/messages", "", False),
        ("/v1/chat/completions/c/messages", "order=desc", True),
        ("/v3/directline/conversations/c/activities", "", False),
    ],
)
def test_the_order_is_the_callers_or_the_lists_own(path: str, query: str, newest: bool) -> None:
    assert keeping.newest_first(call(path, query)) is newest


@pytest.mark.parametrize(("query", "first"), [("", True), ("limit=2", True), ("after=msg_1", False)])
def test_a_cursor_asks_for_a_later_page(query: str, first: bool) -> None:
    assert keeping.opening(call("/v1/conversations/c/items", query)) is first
