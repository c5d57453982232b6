"""The application of these drills: a chat whose conversations are the platform's, reports that nobody waits for, a bot.

Runs by path on the standard library alone, so that it starts at once: ``python app.py PORT``.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PLATFORM = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1")
WHATSAPP = os.environ.get("WHATSAPP_BASE_URL", "https://graph.facebook.com") + "/v25.0/106540352242922/messages"
_HEADERS = {"content-type": "application/json", "authorization": "Bearer sk-test-000000000000"}


_BEGUN: set[str] = set()


def call(path: str, body: dict[str, Any] | None = None, platform: str = PLATFORM) -> Any:
    """One call to the platform: POST where there is a body. Raises OSError or ValueError."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(platform + path, data, _HEADERS), timeout=5) as response:
        return json.load(response)


def ask(text: str, **more: Any) -> Any:
    """A response of the model's."""
    return call("/responses", {"model": "gpt-4o-mini", "input": [{"role": "user", "content": text}], **more})


def words(text: str, **more: Any) -> str:
    """The model's answer to a text."""
    output = ask(text, **more)["output"]
    return str(next(item["content"][0]["text"] for item in output if item["type"] == "message"))


def chat(conversation: str, text: str) -> dict[str, Any]:
    """The model's answer, in a conversation of the platform's."""
    return {"reply": words(text, conversation=conversation)}


def answer(message: dict[str, Any]) -> None:
    """Answer a message on WhatsApp, once: with the model's words, or with an excuse."""
    if message["id"] in _BEGUN:
        return
    _BEGUN.add(message["id"])
    try:
        text = words(message["text"]["body"])
    except (OSError, ValueError, LookupError):
        text = "Nobody can answer now. Please ask again later."
    with contextlib.suppress(OSError):
        to = {"to": message["from"], "context": {"message_id": message["id"]}}
        call("", {"messaging_product": "whatsapp", "type": "text", "text": {"body": text}, **to}, WHATSAPP)


def messages(conversation: str) -> dict[str, Any]:
    """The conversation, oldest first."""
    items = call(f"/conversations/{conversation}/items?order=asc&limit=100")["data"]
    return {"messages": [{"role": i["role"], "text": i["content"][0]["text"]} for i in items if i["type"] == "message"]}


class Handler(BaseHTTPRequestHandler):
    """``/chats``, ``/chats/ID``, ``/reports``; ``/hook`` for the platform's webhooks, ``/whatsapp`` for messages."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """A sign of life, or a conversation."""
        if self.path.startswith("/whatsapp?"):
            self._send(200, parse_qs(urlsplit(self.path).query)["hub.challenge"][0].encode())
            return
        id = self.path.removeprefix("/chats/")
        self._answer(lambda: {"ok": True} if id == self.path else messages(id))

    def do_POST(self) -> None:
        """Begin a conversation, go on with one, order a report, or hear that one is there."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        place, _, id = self.path.strip("/").partition("/")
        if place in ("hook", "whatsapp"):
            self._answer(lambda: {})
            for change in body["entry"][0]["changes"] if place == "whatsapp" else ():
                for message in change["value"].get("messages", ()):
                    answer(message)
        elif place == "reports":
            self._answer(lambda: {"id": ask(body["text"], background=True)["id"]})
        else:
            self._answer(lambda: chat(id, body["text"]) if id else {"id": call("/conversations", {})["id"]})

    def _answer(self, work: Any) -> None:
        try:
            status, value = 200, work()
        except (OSError, ValueError, LookupError) as error:
            status, value = 502, {"error": type(error).__name__}
        self._send(status, json.dumps(value).encode())

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("connection", "close")  # what comes behind an answer is done before the next request
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
