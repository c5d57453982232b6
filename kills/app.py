"""The application of these drills: a chat whose conversations are the platform's, and reports that nobody waits for.

Runs by path on the standard library alone, so that it starts at once: ``python app.py PORT``.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PLATFORM = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1")
_HEADERS = {"content-type": "application/json", "authorization": "Bearer sk-test-000000000000"}


def call(path: str, body: dict[str, Any] | None = None) -> Any:
    """One call to the platform: POST where there is a body. Raises OSError or ValueError."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(PLATFORM + path, data, _HEADERS), timeout=5) as response:
        return json.load(response)


def ask(text: str, **more: Any) -> Any:
    """A response of the model's."""
    return call("/responses", {"model": "gpt-4o-mini", "input": [{"role": "user", "content": text}], **more})


def chat(conversation: str, text: str) -> dict[str, Any]:
    """The model's answer, in a conversation of the platform's."""
    output = ask(text, conversation=conversation)["output"]
    return {"reply": next(item["content"][0]["text"] for item in output if item["type"] == "message")}


def messages(conversation: str) -> dict[str, Any]:
    """The conversation, oldest first."""
    items = call(f"/conversations/{conversation}/items?order=asc&limit=100")["data"]
    return {"messages": [{"role": i["role"], "text": i["content"][0]["text"]} for i in items if i["type"] == "message"]}


class Handler(BaseHTTPRequestHandler):
    """``/chats``, ``/chats/ID``, ``/reports``, and ``/hook`` for the platform's webhooks."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """A sign of life, or a conversation."""
        id = self.path.removeprefix("/chats/")
        self._answer(lambda: {"ok": True} if id == self.path else messages(id))

    def do_POST(self) -> None:
        """Begin a conversation, go on with one, order a report, or hear that one is there."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        place, _, id = self.path.strip("/").partition("/")
        if place == "hook":
            self._answer(lambda: {})
        elif place == "reports":
            self._answer(lambda: {"id": ask(body["text"], background=True)["id"]})
        else:
            self._answer(lambda: chat(id, body["text"]) if id else {"id": call("/conversations", {})["id"]})

    def _answer(self, work: Any) -> None:
        try:
            status, value = 200, work()
        except (OSError, ValueError, LookupError) as error:
            status, value = 502, {"error": type(error).__name__}
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
