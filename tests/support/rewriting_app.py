"""An application that rewrites every prompt, so that no word of its users is left in it. Its path says what goes along.

``/traced`` passes traceparent on, as an instrumented HTTP client does; ``/told`` the baggage; ``/keyed`` names the
conversation as ``user``; ``/silent`` passes nothing on. A conversation begins with ``POST /open``.
"""

from __future__ import annotations

import itertools
import json
import os
import secrets
import urllib.request
from http.client import HTTPException

from support.json_app import JSONHandler, serve

ATTEMPTS = 3
CHATS = itertools.count(1)
FAILURES = (OSError, HTTPException, ValueError, KeyError, IndexError)


def _passed_on(kind: str, headers: dict[str, str], chat: str) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and fields of the body that go along; each call is a span of its own."""
    if kind == "traced":
        version, trace, _, flags = headers["traceparent"].split("-")
        return {"traceparent": f"{version}-{trace}-{secrets.token_hex(8)}-{flags}"}, {}
    if kind == "told":
        return {"baggage": f"tenant=7,{headers['baggage']}"}, {}
    return ({}, {"user": chat}) if kind == "keyed" else ({}, {})


def ask(kind: str, headers: dict[str, str], chat: str) -> str:
    """The whole answer to a prompt that says nothing of what the user did."""
    more, fields = _passed_on(kind, headers, chat)
    body = {
        "model": f"gpt-{kind}",
        "messages": [{"role": "user", "content": f"Summary {secrets.token_hex(4)}, please."}],
    }
    request = urllib.request.Request(
        f"{os.environ['OPENAI_BASE_URL']}/chat/completions",
        json.dumps({**body, **fields}).encode(),
        {"content-type": "application/json", "authorization": "Bearer sk-test-000000000000", **more},
    )
    with urllib.request.urlopen(request, timeout=5) as response:
        return str(json.load(response)["choices"][0]["message"]["content"])


class Handler(JSONHandler):
    def do_POST(self) -> None:
        asked, kind = self.asked(), self.path.strip("/")
        if kind == "open":
            self.answer(200, {"chat": f"chat-{next(CHATS):06}"})
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        for _ in range(ATTEMPTS):
            try:
                self.answer(200, {"reply": ask(kind, headers, asked["chat"])})
            except FAILURES:
                continue
            return
        self.answer(503, {"error": "nobody answers"})


if __name__ == "__main__":
    serve(Handler)
