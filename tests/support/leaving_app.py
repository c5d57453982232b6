"""An assistant on WhatsApp and on the web; the platform keeps its conversations, and users may link them to an account.

What it hears of its own account, it writes down for whoever asks: ``GET /heard``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from openai import OpenAI, OpenAIError
from pywa.client import WhatsApp
from pywa.handlers import AccountUpdateHandler
from pywa.types.account_update import AccountUpdate

SECRET, NUMBER = "test-app-secret", "106540352242922"
CLIENT = OpenAI(api_key="sk-test-000000000000", timeout=5, max_retries=0)
WHATSAPP = WhatsApp(phone_id=NUMBER, token="test-token", app_secret=SECRET, server=None)
heard: list[str] = []


def account(_: WhatsApp, update: AccountUpdate) -> None:
    heard.append(update.ban_info.state.value if update.ban_info else update.event.value)


WHATSAPP.add_handlers(AccountUpdateHandler(account))


def begin() -> dict[str, Any]:
    return {"id": CLIENT.conversations.create().id}


def ask(id: str, text: str) -> dict[str, Any]:
    asked: list[Any] = [{"role": "user", "content": text}]
    return {"reply": CLIENT.responses.create(model="gpt-4o-mini", conversation=id, input=asked).output_text}


def link(id: str) -> dict[str, Any]:
    return {"id": CLIENT.conversations.update(id, metadata={"account": "test"}).id}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/hook":
            self._answer(200, parse_qs(url.query)["hub.challenge"][0].encode())
        elif url.path.startswith("/chats/"):
            self._work(lambda: {"id": CLIENT.conversations.retrieve(url.path.removeprefix("/chats/")).id})
        else:
            self._answer(200, json.dumps({"heard": heard}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        _, first, id, *rest = [*self.path.split("/"), ""]
        if first == "hook":
            signed = WHATSAPP.webhook_update_validator(body, self.headers.get("x-hub-signature-256"))
            text, status = signed or WHATSAPP.webhook_update_handler(body)
            self._answer(status, text.encode())
        elif not id:
            self._work(begin)
        else:
            self._work(lambda: link(id) if rest[:1] == ["link"] else ask(id, json.loads(body)["text"]))

    def _work(self, work: Callable[[], dict[str, Any]]) -> None:
        try:
            self._answer(200, json.dumps(work()).encode())
        except OpenAIError as error:
            gone = getattr(error, "status_code", None) == 404
            self._answer(404 if gone else 502, json.dumps({"error": type(error).__name__}).encode())

    def _answer(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
