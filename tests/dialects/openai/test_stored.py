"""What the paths of kept chat completions answer."""

from __future__ import annotations

import json

from openai.types.chat import ChatCompletion, ChatCompletionDeleted

from brownout.dialects.openai.chat import OpenAIChat
from brownout.dialects.openai.stored import messages
from brownout.exchange import Answer, Failure, FailureKind, Request

CHAT = OpenAIChat()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello",), 8)
ONE = "/v1/chat/completions/chatcmpl-1"


def ask(method: str, path: str) -> bytes:
    return CHAT.answer(CHAT.read(Request(method, "api.openai.com", path, body=b'{"stream": true}')), ANSWER).body


def test_each_path_has_its_own_answer() -> None:
    assert ChatCompletion.model_validate_json(ask("GET", ONE), strict=True).id == "chatcmpl-1"
    assert ChatCompletionDeleted.model_validate_json(ask("DELETE", ONE), strict=True).deleted
    for path in ("/v1/chat/completions", f"{ONE}/messages"):
        assert json.loads(ask("GET", path))["data"] == []


def test_only_a_new_completion_is_streamed() -> None:
    for method, path, streams in (("POST", "/v1/chat/completions", True), ("POST", ONE, False)):
        assert CHAT.read(Request(method, "api.openai.com", path, body=b'{"stream": true}')).stream is streams


def test_messages_are_numbered() -> None:
    body = {"messages": [{"role": "user", "content": "a"}, "no", {"role": "user", "content": "b"}]}
    assert [message["id"] for message in messages("c", body)] == ["c-0", "c-1"]


def test_a_completion_that_is_not_kept_is_named_and_a_model_otherwise() -> None:
    stored = CHAT.read(Request("GET", "api.openai.com", ONE))
    error = json.loads(CHAT.failure(stored, Failure(FailureKind.NOT_FOUND)).body)["error"]
    assert error["message"] == "Chat completion with id 'chatcmpl-1' not found."
    new = CHAT.read(Request("POST", "api.openai.com", "/v1/chat/completions", body=b'{"model": "gpt-9"}'))
    error = json.loads(CHAT.failure(new, Failure(FailureKind.NOT_FOUND)).body)["error"]
    assert error["code"] == "model_not_found"
