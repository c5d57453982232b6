"""A success that holds nothing, told from one that says something where nobody looks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.load.nothing import holds_nothing
from brownout.load.shown_reply import ShownReply
from brownout.profile import Read

JSON, SSE, LINES, TEXT = Read(json="reply"), Read(sse="delta"), Read(ndjson="text"), Read(text=True)
OWN = "bo-abc why is the sky blue?"


def nothing(read: Read, body: bytes | dict[str, Any]) -> bool:
    reply = ShownReply(read)
    reply.feed(body if isinstance(body, bytes) else json.dumps(body).encode())
    reply.close()
    return holds_nothing(reply, (OWN,))


@pytest.mark.parametrize(
    ("read", "body"),
    [
        (JSON, b""),
        (JSON, {"reply": ""}),
        (JSON, {"reply": None, "id": "msg_1f", "sources": [], "ok": True, "took": 1.5}),
        (JSON, {"reply": "", "messages": [{"role": "user", "text": OWN}]}),
        (JSON, {"choices": [{"message": {"content": None}, "finish_reason": "stop"}], "error": None, "code": 0}),
        (SSE, b": ping\n\ndata: [DONE]\n\n"),
        (SSE, b'event: message\nid: 1\ndata: {"delta": ""}\n\ndata: {"type": "done"}\n\n'),
        (LINES, b'{"text": ""}\n{"done": true}\n'),
        (TEXT, b" \n"),
    ],
)
def test_neither_words_nor_marks_are_nothing(read: Read, body: bytes | dict[str, Any]) -> None:
    assert nothing(read, body)


@pytest.mark.parametrize(
    ("read", "body"),
    [
        (JSON, {"reply": None, "status": "failed"}),
        (JSON, {"reply": "", "message": "Come back tomorrow"}),
        (JSON, {"reply": "", "ok": False}),
        (JSON, {"reply": "", "errorId": 17}),
        (JSON, {"choices": [{"message": {"content": None}, "finish_reason": "content_filter"}]}),
        (JSON, b"not json"),
        (JSON, b"<html></html>"),
        (SSE, b"event: failed\ndata: {}\n\n"),
        (SSE, b"data: words that are no JSON\n\n"),
        (SSE, b'data: {"type": "aborted"}\n\ndata: [DONE]\n\n'),
        (SSE, b'data: {"error": "never closed"}'),
        (LINES, b'{"text": ""}\n{"reason": "too busy"}\n'),
    ],
)
def test_a_word_or_a_mark_anywhere_may_tell_the_client(read: Read, body: bytes | dict[str, Any]) -> None:
    assert not nothing(read, body)


@given(st.recursive(st.sampled_from(["", None, 0, True, "stop", "gpt"]), st.lists, max_leaves=5))
def test_whatever_holds_a_failure_in_words_is_not_nothing(rest: Any) -> None:
    assert not nothing(JSON, {"reply": None, "rest": rest, "deep": [{"state": {"why": "it failed"}}]})
