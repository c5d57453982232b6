"""Calls platforms with every kind of key, and shows its users whatever went wrong, key and all."""

from __future__ import annotations

import json
import os
import urllib.request

from support.json_app import JSONHandler, serve


def call(kind: str, text: str) -> str:
    """Call a platform; its answer. Raises OSError with the key in its words."""
    keys: dict[str, str] = json.loads(os.environ["KEYS"])
    turn = {"role": "user", "content": text}
    url, headers, body = {
        "openai": (
            "https://api.openai.com/v1/chat/completions",
            {"authorization": f"Bearer {keys['openai']}", "cookie": f"session={keys['cookie']}"},
            {"model": "gpt-4o-mini", "messages": [turn]},
        ),
        "anthropic": (
            "https://api.anthropic.com/v1/messages",
            {"x-api-key": keys["anthropic"], "anthropic-version": "2023-06-01"},
            {"model": "claude-sonnet-4-5", "max_tokens": 64, "messages": [turn]},
        ),
        "gemini": (
            f"https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent?key={keys['gemini']}",
            {},
            {"contents": [{"role": "user", "parts": [{"text": text}]}]},
        ),
        "azure": (
            "https://mine.openai.azure.com/openai/deployments/chat/chat/completions?api-version=2024-10-21",
            {"api-key": keys["azure"]},
            {"messages": [turn]},
        ),
        "gateway": (
            "https://api.openai.com/v1/embeddings",
            {"x-acme-api-key": keys["gateway"]},
            {"model": "text-embedding-3-small", "input": text},
        ),
    }[kind]
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return str(answer.read(), "utf-8")
    except OSError as error:
        raise OSError(f"{error} for {url} with {headers}") from None


class Keyed(JSONHandler):
    """Asks the platform that the path names."""

    def do_POST(self) -> None:
        asked = self.asked()
        try:
            self.answer(200, {"reply": call(self.path.removeprefix("/"), asked["text"])})
        except OSError as error:
            self.answer(502, {"error": str(error)})


if __name__ == "__main__":
    serve(Keyed)
