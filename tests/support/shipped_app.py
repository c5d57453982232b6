"""An application that calls what shipped scenarios are about: chats, streams, Claude, and histories that OpenAI keeps.

``POST /KIND`` asks in one of the ways of ``WAYS``; each call has one second and is tried once.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from support.json_app import JSONHandler, serve

FAILURES = (OSError, HTTPException, ValueError, KeyError, IndexError)
SECONDS = 1.0
KEYS = {
    "authorization": "Bearer sk-test-000000000000",
    "x-api-key": "sk-ant-test-000000000000",
    "anthropic-version": "2023-06-01",
    "content-type": "application/json",
}
OPENAI, ANTHROPIC = "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"


def call(variable: str, path: str, body: dict[str, Any] | None = None) -> bytes:
    """The whole answer of a platform. Raises one of ``FAILURES``."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(os.environ[variable] + path, data, KEYS)
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return bytes(response.read())


def said(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def events(data: bytes) -> list[Any]:
    lines = (line.removeprefix(b"data: ") for line in data.splitlines() if line.startswith(b"data: "))
    return [json.loads(line) for line in lines if line != b"[DONE]"]


def chat(text: str) -> str:
    answer = json.loads(call(OPENAI, "/chat/completions", {"model": "gpt-4o-mini", "messages": said(text)}))
    return str(answer["choices"][0]["message"]["content"])


def stream(text: str) -> str:
    body = {"model": "gpt-4o-mini", "messages": said(text), "stream": True}
    chunks = events(call(OPENAI, "/chat/completions", body))
    return "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks if chunk["choices"])


def claude(text: str) -> str:
    body = {"model": "claude-sonnet-4-5", "messages": said(text)}
    for path, asked in (("/v1/models", None), ("/v1/messages/count_tokens", body)):
        try:
            call(ANTHROPIC, path, asked)
        except FAILURES:
            continue  # neither is needed for an answer
    answer = json.loads(call(ANTHROPIC, "/v1/messages", {**body, "max_tokens": 300}))
    return "".join(part["text"] for part in answer["content"])


def claude_stream(text: str) -> str:
    body = {"model": "claude-sonnet-4-5", "messages": said(text), "max_tokens": 300, "stream": True}
    deltas = [event["delta"] for event in events(call(ANTHROPIC, "/v1/messages", body)) if "delta" in event]
    return "".join(delta.get("text", "") for delta in deltas)


def kept(text: str) -> str:
    """A conversation that the platform keeps, spoken to twice and read twice."""
    id = json.loads(call(OPENAI, "/conversations", {}))["id"]
    answer = {}
    for words in (text, text):
        body = {"model": "gpt-4o-mini", "input": words, "conversation": id}
        answer = json.loads(call(OPENAI, "/responses", body))
    for _ in range(2):
        call(OPENAI, f"/conversations/{id}/items?order=asc&limit=100")
    return "".join(part["text"] for item in answer["output"] for part in item.get("content", ()))


WAYS: dict[str, Callable[[str], str]] = {
    "chat": chat,
    "stream": stream,
    "claude": claude,
    "claude-stream": claude_stream,
    "kept": kept,
}


class Handler(JSONHandler):
    def do_POST(self) -> None:
        asked = self.asked()
        try:
            self.answer(200, {"reply": WAYS[self.path.strip("/")](asked["text"])})
        except FAILURES as error:
            self.answer(503, {"error": type(error).__name__})


if __name__ == "__main__":
    serve(Handler)
