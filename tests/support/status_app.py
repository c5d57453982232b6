"""Two chats that look at a status page: ``/trusting`` does what it says, to ``/hinting`` it is a hint and no more.

``python status_app.py PORT``; it reaches the platforms as its environment has it.
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

PAGE = "https://status.openai.com/api/v2/summary.json"
AGENT = {"user-agent": "status-app/1.0"}
MODELS = httpx.Client(timeout=4, headers=AGENT)
AFRESH = httpx.Limits(max_keepalive_connections=0)
PATIENT = httpx.Client(timeout=4, headers=AGENT, limits=AFRESH)
BRISK = httpx.Client(timeout=1, headers=AGENT, limits=AFRESH)


def announced(client: httpx.Client) -> bool:
    """Whether the page tells of an incident. Raises httpx.HTTPError or ValueError where it says nothing."""
    page = client.get(PAGE).raise_for_status().json()
    return bool(page["status"]["indicator"] != "none")


def openai(text: str) -> str:
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}]}
    headers = {"authorization": "Bearer sk-test-000000000000"}
    answer = MODELS.post("https://api.openai.com/v1/chat/completions", json=body, headers=headers)
    return str(answer.raise_for_status().json()["choices"][0]["message"]["content"])


def anthropic(text: str) -> str:
    body = {"model": "claude-sonnet-4-5", "max_tokens": 300, "messages": [{"role": "user", "content": text}]}
    headers = {"x-api-key": "sk-ant-test-000000000000", "anthropic-version": "2023-06-01"}
    answer = MODELS.post("https://api.anthropic.com/v1/messages", json=body, headers=headers)
    return str(answer.raise_for_status().json()["content"][0]["text"])


class Hint:
    """What the page said last, looked up beside the work and never waited for."""

    def __init__(self) -> None:
        self.bad = False

    def follow(self) -> None:
        while True:
            try:
                self.bad = announced(BRISK)
            except (httpx.HTTPError, ValueError):
                self.bad = False
            time.sleep(0.1)


HINT = Hint()
TURNS = itertools.count()


def trusting(text: str) -> tuple[int, dict[str, str]]:
    """Ask only while the page is green; tell users to come back where it is not."""
    if announced(PATIENT):
        return 503, {"error": "We know about it. Please come back later."}
    return 200, {"reply": openai(text)}


def hinting(text: str) -> tuple[int, dict[str, str]]:
    """Ask one, and then the other; while the page tells of an incident, every second question spares OpenAI."""
    platforms = [openai, anthropic]
    if HINT.bad and next(TURNS) % 2:
        platforms.reverse()
    first, second = platforms
    try:
        return 200, {"reply": first(text)}
    except httpx.HTTPError:
        return 200, {"reply": second(text)}


KINDS: dict[str, Callable[[str], tuple[int, dict[str, str]]]] = {"trusting": trusting, "hinting": hinting}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(200, {"ok": "yes"})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        try:
            self._answer(*KINDS[self.path.strip("/")](asked["text"]))
        except (httpx.HTTPError, ValueError) as error:
            self._answer(502, {"error": type(error).__name__})

    def _answer(self, status: int, value: dict[str, str]) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        if status == 503:
            self.send_header("retry-after", "1")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    threading.Thread(target=HINT.follow, daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
