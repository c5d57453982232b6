"""An application on the loopback that misbehaves on purpose, and real Locust processes that drive it."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from brownout.calls.canary import SENTINEL
from brownout.journal import parse
from brownout.orders import LoadOrders, PhaseSpan
from brownout.profile import Journey, Load, Profile

TRACEBACK = 'Traceback (most recent call last):\n  File "/srv/app.py", line 7, in chat\nopenai.APIError: boom'
ECHO = "You said: {text} That is all there is to say about it. " + SENTINEL


class App(ThreadingHTTPServer):
    """A chat application; the first part of the path says how it misbehaves."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stored: dict[str, list[dict[str, str]]] = {}
        self.letting_go = threading.Event()
        self.cookies: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is no error here."""


class Handler(BaseHTTPRequestHandler):
    """``POST /MODE/chat`` with ``{conversation, text}``; ``GET /MODE/history/CONVERSATION``."""

    protocol_version = "HTTP/1.1"
    server: App

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        mode, *rest = self.path.strip("/").split("/")
        if rest[:1] == ["history"]:
            self._json(200, {"messages": self._history(mode, rest[1])})
        elif mode in ("within", "elsewhere"):
            self._json(302, {}, Location="/" if mode == "within" else "http://127.0.0.1:9/")
        else:
            self._json(200, {"page": "welcome"})

    def do_POST(self) -> None:
        mode = self.path.strip("/").split("/")[0]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = ECHO.format(text=body["text"])
        messages = self.server.stored.setdefault(body["conversation"], [])
        messages += [{"role": "user", "text": body["text"]}, {"role": "assistant", "text": answer}]
        getattr(self, f"_{mode}", self._whole)(answer)

    def _history(self, mode: str, conversation: str) -> list[dict[str, str]]:
        messages = self.server.stored.get(conversation, [])
        if mode == "loses":
            return messages[2:]
        return messages[:2] + messages if mode == "doubles" else messages

    def _json(self, status: int, value: Any, **headers: str) -> None:
        self._body(status, json.dumps(value).encode(), "application/json", headers)

    def _body(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _whole(self, answer: str) -> None:
        self._json(200, {"reply": answer})

    def _half(self, answer: str) -> None:
        self._json(200, {"reply": answer[:60]})

    def _empty(self, answer: str) -> None:
        self._json(200, {"reply": ""})

    def _broken(self, answer: str) -> None:
        self._body(500, TRACEBACK.encode(), "text/plain", {})

    def _pretends(self, answer: str) -> None:
        self._json(200, {"reply": "Error code: 500 - {'error': {'message': 'The server had an error'}}"})

    def _busy(self, answer: str) -> None:
        self._json(503, {"error": "Please come back later."}, Retry_After="7")

    def _hangs(self, answer: str) -> None:
        self.server.letting_go.wait(30)

    def _closes(self, answer: str) -> None:
        self.close_connection = True

    def _short(self, answer: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4000")
        self.end_headers()
        self.wfile.write(b'{"reply": "but')
        self.close_connection = True

    def _streams(self, answer: str, end: bytes = b"0\r\n\r\n") -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        words = answer.split(" ")
        for word in words if end else words[:4]:
            event = f"data: {json.dumps({'delta': word + ' '})}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
            time.sleep(0.002)
        self.wfile.write(end)
        self.close_connection = True

    def _cookie(self, answer: str) -> None:
        self.server.cookies.append(self.headers["Cookie"])
        self._json(200, {"reply": answer}, Set_Cookie="user=7")

    def _resets(self, answer: str) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._streams(answer, end=b"")

    def _cuts(self, answer: str) -> None:
        self._streams(answer, end=b"")


@dataclass
class Ran:
    """A load process that has ended."""

    code: int
    stderr: str
    stdout: str
    rows: list[dict[str, Any]]
    zero: float
    orders: LoadOrders
    pid: int = 0

    def of(self, kind: str, journey: str | None = None) -> list[dict[str, Any]]:
        """Rows of one kind, in order."""
        return [row for row in self.rows if row["kind"] == kind and (journey is None or row["journey"] == journey)]

    def outcomes(self, journey: str) -> set[str]:
        return {row["outcome"] for row in self.of("journey", journey)}


@dataclass
class LoadProcess:
    """A load process that runs."""

    process: subprocess.Popen[str]
    orders: LoadOrders
    zero: float = 0.0
    rows: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> list[dict[str, Any]]:
        files = sorted(self.orders.journal.glob("*.jsonl"))
        return [row for file in files for line in file.read_bytes().splitlines() if (row := parse(line)) is not None]

    def await_row(self, kind: str, within: float = 40.0) -> None:
        """Wait until the journal holds such a row."""
        until = time.monotonic() + within
        while not any(row["kind"] == kind for row in self.read()):
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < until, f"no {kind} row"
            time.sleep(0.02)

    def go(self) -> None:
        """Start the timeline."""
        self.zero = time.monotonic() + 0.2
        written = self.orders.go.with_suffix(".part")
        written.write_text(f"{self.zero!r}", encoding="ascii")
        written.rename(self.orders.go)

    def wait(self, within: float = 60.0) -> Ran:
        out, err = self.process.communicate(timeout=within)
        return Ran(self.process.returncode, err, out, self.read(), self.zero, self.orders, self.process.pid)


def make_orders(folder: Path, url: str, profile: Profile, *, lasts: float = 2.5, **more: Any) -> LoadOrders:
    """Orders for one phase of ``lasts`` seconds."""
    phases = more.pop("phases", (PhaseSpan(name="calm", impact="operational", start=0.0, end=lasts),))
    values: dict[str, Any] = {
        "app_url": url,
        "profile": profile,
        "profile_folder": folder,
        "seed": 7,
        "users": profile.load.users,
    }
    return LoadOrders(**values, phases=phases, journal=folder / "journal", go=folder / "go", **more)


def make_profile(journeys: dict[str, Journey], **load: Any) -> Profile:
    """A profile of these journeys, one user each unless told otherwise."""
    values: dict[str, Any] = {"users": max(1, len(journeys)), "arrive": 1000, "pause": 0.05, **load}
    chats = any(journey.chats for journey in journeys.values())
    webhooks: Any = {"whatsapp": {"url": "/hook", "secret": "test-app-secret"}} if chats else {}
    own: dict[str, Any] = {"url": "http://127.0.0.1:1", "webhooks": webhooks, "load": Load(**values)}
    return Profile(name="misbehaving", journeys=journeys, **own)


Start = Callable[[LoadOrders], LoadProcess]
Run = Callable[[LoadOrders], Ran]
