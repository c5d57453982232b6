"""A bot on WhatsApp that calls no model, in a thread: the place of a user's journey says how that user is treated."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from brownout.calls.canary import SENTINEL

NUMBER = "106540352242922"
NOTICE = "We are leaving: go on at chat.example.com."


class Bot(ThreadingHTTPServer):
    """Takes webhooks at any path; ``modes`` are in the order of the profile's journeys."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, modes: Sequence[str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.modes = list(modes)
        self.standin = ""
        self.heard: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.files: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def mode(self, user: str) -> str:
        return self.modes[int(user[3:5])]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> bytes:
        """A call to WhatsApp."""
        url = path if path.startswith("http") else f"{self.standin}/whatsapp/v25.0/{path}"
        headers = {"content-type": "application/json", "authorization": "Bearer sk-test-1"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=10) as response:
            return bytes(response.read())

    def write(self, user: str, text: str, quotes: str | None = None) -> None:
        body = {"messaging_product": "whatsapp", "to": user, "type": "text", "text": {"body": text}}
        self.ask(f"{NUMBER}/messages", {**body, "context": {"message_id": quotes}} if quotes else body)

    def react(self, user: str, message: dict[str, Any]) -> None:
        """What it does about a message."""
        before = self.heard[user]
        before.append(message)
        getattr(self, f"_{self.mode(user)}", self._echoes)(user, message, before)

    def _echoes(self, user: str, message: dict[str, Any], before: list[dict[str, Any]]) -> None:
        self.write(user, f"You said: {message['text']['body']} {SENTINEL}")

    def _quotes(self, user: str, message: dict[str, Any], before: list[dict[str, Any]]) -> None:
        self.write(user, f"It is so. {SENTINEL}", quotes=message["id"])

    def _repeats(self, user: str, message: dict[str, Any], before: list[dict[str, Any]]) -> None:
        for _ in range(2):
            self._echoes(user, message, before)

    def _silent(self, user: str, message: dict[str, Any], before: list[dict[str, Any]]) -> None:
        pass

    def _lags(self, user: str, message: dict[str, Any], before: list[dict[str, Any]]) -> None:
        """Answers each question when the next one comes, before that one."""
        for one in before[-2:] if len(before) % 2 == 0 else ():
            self._echoes(user, one, before)

    def _broadcasts(self, user: str, message: dict[str, Any], before: list[dict[str, Any]]) -> None:
        self._echoes(user, message, before)
        self.write(user, NOTICE)

    def _looks(self, user: str, message: dict[str, Any], before: list[dict[str, Any]]) -> None:
        """At the file that came."""
        found = json.loads(self.ask(message[message["type"]]["id"]))
        self.files.append(self.ask(found["url"]))
        caption = message[message["type"]].get("caption", "")
        self.write(user, f"A {found['mime_type']}, {caption} {SENTINEL}")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bot

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        """A conversation as it is shown, at ``/history/PHONE``."""
        found = self.server.heard.get(self.path.rpartition("/")[2], [])
        shown = [{"role": "user", "text": one["text"]["body"]} for one in found if one["type"] == "text"]
        self._answer(200, {"messages": shown})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path.endswith("/chat"):
            self._answer(200, {"reply": f"{body['text']} {SENTINEL}"})
            return
        messages = body["entry"][0]["changes"][0]["value"].get("messages", [])
        refused = any(self.server.mode(message["from"]) == "refuses" for message in messages)
        self._answer(500 if refused else 200, {})
        for message in [] if refused else messages:
            self.server.react(message["from"], message)

    def _answer(self, status: int, value: Any) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()


@contextmanager
def running_bot(modes: Sequence[str]) -> Iterator[Bot]:
    """A bot that runs until the end."""
    bot = Bot(modes)
    thread = threading.Thread(target=bot.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield bot
    finally:
        bot.shutdown()
        bot.server_close()
        thread.join(10)
