"""A small application that asks twice: plain or streamed answers, one numbered retry, nothing kept, no luck."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException

from support.json_app import JSONHandler, serve

ATTEMPTS = 2
FAILURES = (OSError, HTTPException, ValueError, KeyError, IndexError)


def ask(text: str, stream: bool, attempt: int) -> Iterator[str]:
    """Pieces of one answer. The attempt's number goes along, as the official SDKs send it."""
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}], "stream": stream}
    request = urllib.request.Request(
        f"{os.environ['OPENAI_BASE_URL']}/chat/completions",
        json.dumps(body).encode(),
        {
            "content-type": "application/json",
            "authorization": "Bearer sk-test-000000000000",
            "x-stainless-retry-count": str(attempt),
        },
    )
    with urllib.request.urlopen(request, timeout=5) as response:
        if not stream:
            yield json.load(response)["choices"][0]["message"]["content"]
            return
        for line in response:
            data = line.removeprefix(b"data: ").strip()
            if line.startswith(b"data: ") and data != b"[DONE]":
                yield json.loads(data)["choices"][0]["delta"].get("content") or ""


class Handler(JSONHandler):
    def do_POST(self) -> None:
        asked = self.asked()
        for attempt in range(ATTEMPTS):
            try:
                reply = "".join(ask(asked["text"], asked.get("stream", False), attempt))
            except FAILURES:
                continue
            self.answer(200, {"reply": reply})
            return
        self.answer(503, {"error": "nobody answers"})


if __name__ == "__main__":
    serve(Handler)
