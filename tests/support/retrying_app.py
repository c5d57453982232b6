"""A small application that asks twice: plain or streamed answers, one numbered retry, nothing kept, no luck."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200, {"ok": True})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        for attempt in range(ATTEMPTS):
            try:
                reply = "".join(ask(asked["text"], asked.get("stream", False), attempt))
            except FAILURES:
                continue
            self._answer(200, {"reply": reply})
            return
        self._answer(503, {"error": "nobody answers"})

    def _answer(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
