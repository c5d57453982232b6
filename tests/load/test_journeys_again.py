"""Users who send again, played by a real Locust process against applications that store and act twice, or do not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from support.loads import Ran, Run, make_orders, make_profile

from brownout.calls.canary import SENTINEL
from brownout.profile import Effects, History, Journey, Read, Step
from brownout.step_kinds import Again

pytestmark = [pytest.mark.e2e, pytest.mark.starts]

CONVERSATION = "{{ journey }}-{{ user }}-{{ iteration }}"
SILENT, REFUSED = "silent", "refused"


class Handler(BaseHTTPRequestHandler):
    """``POST /HOW-FIRST/CONVERSATION``: what is said first is stored, and gets nothing or a refusal; then an answer.

    ``keyed`` stores under the client's key, ``careless`` whatever comes. What is stored leads to an order, too.
    """

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        conversation = self.path.split("/")[2]
        stored = [text for place, text in self.server.stored.values() if place == conversation]
        self._json(200, {"messages": [{"role": "user", "text": text} for text in stored], "orders": stored})

    def do_POST(self) -> None:
        _, kind, conversation = self.path.split("/")
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
        how, first = kind.split("-")
        key = self.headers["Idempotency-Key"]
        attempt = sum(seen == key for seen in self.server.keys)
        self.server.keys.append(key)
        self.server.stored[key if how == "keyed" else f"{key}/{attempt}"] = (conversation, text)
        if attempt:
            self._json(200, {"reply": f"{text} {SENTINEL}"})
        elif first == REFUSED:
            self._json(503, {"error": "Please come back later."}, ("Retry-After", "1"))
        else:
            self.server.letting_go.wait(30)
            self.close_connection = True

    def _json(self, status: int, value: Any, *more: tuple[str, str]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in (("Content-Type", "application/json"), ("Content-Length", str(len(body))), *more):
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Keeps what was stored, by what it was stored under: where, and the text."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stored: dict[str, tuple[str, str]] = {}
        self.keys: list[str] = []
        self.letting_go = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is no error here."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An application that listens."""
    listening = Server()
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield listening
    listening.letting_go.set()
    listening.shutdown()
    listening.server_close()
    thread.join(5)


def _journey(kind: str) -> Journey:
    place = f"/{kind}/{CONVERSATION}"
    headers = {"Idempotency-Key": "{{ key }}"}
    ask = Step(
        name="ask",
        post=place,
        json={"text": "{{ message }}"},
        headers=headers,
        reply=Read(json="reply"),
        retry=Again(times=2, after=0.05),
    )
    history = History(get=place, messages="messages")
    effects = Effects(get=place, items="orders", about="@")
    return Journey(steps=(ask,), history=history, effects=effects, patience=0.6 if SILENT in kind else 20.0)


@pytest.fixture(scope="module")
def ran(server: Server, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One user of each application, for two seconds."""
    kinds = [f"{how}-{first}" for how in ("careless", "keyed") for first in (SILENT, REFUSED)]
    profile = make_profile({kind: _journey(kind) for kind in kinds})
    folder = tmp_path_factory.mktemp("again")
    return run(make_orders(folder, f"http://127.0.0.1:{server.server_port}", profile, lasts=2.0))


@pytest.mark.parametrize(
    ("kind", "before", "in_history", "in_effects"),
    [
        ("careless-silent", "hung", True, True),
        ("careless-refused", "refused", False, True),
        ("keyed-silent", "hung", False, False),
        ("keyed-refused", "refused", False, False),
    ],
)
def test_what_is_there_twice_or_done_twice_is_seen_and_who_knows_the_key_is_not_accused(
    ran: Ran, kind: str, before: str, in_history: bool, in_effects: bool
) -> None:
    whole = {row["canary"] for row in ran.of("journey", kind) if row["asks"] and row["outcome"] == "ok"}
    sendings = [row for row in ran.of("journey", kind) if row["canary"] in whole]
    iterations = {row["iteration"] for row in sendings}
    looks, deeds = (
        [row for row in ran.of(what, kind) if row["iteration"] in iterations] for what in ("history", "effects")
    )

    assert whole
    assert looks
    assert deeds
    assert [(row["outcome"], row["again"]) for row in sendings] == [(before, True), ("ok", False)] * len(whole)
    assert all(row["t"] == first["t"] for first, row in zip(sendings[::2], sendings[1::2], strict=True))
    assert {bool(row["duplicated"]) for row in looks} == {in_history}
    assert {bool(row["duplicated"]) for row in deeds} == {in_effects}
    assert not any(row["missing"] for row in looks)
