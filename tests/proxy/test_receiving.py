"""The platform does the work, and the client does not get its answer: over HTTP, TLS and HTTP/2, streamed and plain."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.http2 import client as http2_client
from support.proxies import ProxyProcess, running_proxy, wait_until
from support.strikes import strike
from support.upstreams import RawUpstream, Received, event_stream, json_reply, raw_upstream
from support.wire import Seen, ask, chat_body, connect, read_to_end

pytestmark = pytest.mark.e2e

LONG = b"data: " + b"x" * 200_000 + b"\n\n"  # many of these are more than sockets hold
EVENTS = [LONG] * 60 + [b"data: [DONE]\n\n"]
PLAIN = json.dumps({"id": "chatcmpl-1", "text": "x" * 8_000_000}).encode()
URL = "https://api.openai.com/v1/chat/completions"


class Platform:
    """Answers at length, and notes each answer that was read to its end, and on which connection."""

    def __init__(self) -> None:
        self.finished = 0
        self.peers: set[Any] = set()

    def __call__(self, connection: Any, request: Received) -> None:
        streamed = b'"stream": true' in request.body
        self.peers.add(connection.getpeername())
        (event_stream(EVENTS) if streamed else json_reply(PLAIN))(connection, request)
        self.finished += 1


def _silent(connection: Any, _: Received) -> None:
    """At work until the proxy hangs up."""
    connection.recv(1)


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform()


@pytest.fixture(scope="module")
def upstream(platform: Platform) -> Iterator[RawUpstream]:
    with raw_upstream(platform) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, upstream: RawUpstream) -> Iterator[ProxyProcess]:
    with running_proxy(tmp_path_factory.mktemp("proxy"), upstream.url) as running:
        yield running


@pytest.fixture(params=["http", "tls"])
def ca(request: pytest.FixtureRequest, proxy: ProxyProcess) -> str | None:
    return proxy.ca if request.param == "tls" else None


@pytest.mark.parametrize("stream", [False, True])
def test_the_work_is_done_whole_before_the_client_gets_an_error(
    proxy: ProxyProcess, platform: Platform, upstream: RawUpstream, ca: str | None, stream: bool
) -> None:
    asked, finished = len(upstream.received), platform.finished

    seen, row = strike(proxy, ca, "answer_lost", stream)

    assert (len(upstream.received) - asked, platform.finished - finished) == (1, 1)
    assert (seen.status, seen.end) == (500, "complete")
    assert json.loads(seen.body)["error"]["type"] == "server_error"
    assert b"x" * 100 not in seen.raw
    assert (row["status"], row["upstream_status"], row["end"]) == (500, 200, "complete")
    assert (row["injected"], row["delivered"], row["how"]) == (True, True, "written")


@pytest.mark.parametrize("stream", [False, True])
def test_the_connection_breaks_once_the_work_is_done(
    proxy: ProxyProcess, platform: Platform, ca: str | None, stream: bool
) -> None:
    finished = platform.finished

    seen, row = strike(proxy, ca, "answer_lost", stream, shows="reset")

    assert (seen.raw, seen.end, platform.finished - finished) == (b"", "rst", 1)
    assert (row["how"], row["delivered"], row["status"], row["upstream_status"]) == ("rst", True, None, 200)


def test_nothing_may_come_once_the_work_is_done(proxy: ProxyProcess, platform: Platform, ca: str | None) -> None:
    proxy.play({"fault": "answer_lost", "on": "openai.chat", "shows": "hang"})
    before, finished = len(proxy.rows()), platform.finished
    seen: list[Seen] = []
    waiting = threading.Thread(target=lambda: seen.append(ask(proxy.port, ca, body=chat_body(stream=True))))
    waiting.start()
    wait_until(lambda: platform.finished > finished)
    wait_until(lambda: proxy.control(op="stats")["under_way"])

    # The proxy may still be reading what the platform has written: let go only what hangs.
    wait_until(lambda: proxy.control(op="release") and len(proxy.rows()) > before)
    waiting.join(10)

    assert (seen[0].raw, seen[0].end) == (b"", "fin")


def test_the_platforms_connection_is_used_again(proxy: ProxyProcess, platform: Platform) -> None:
    proxy.play({"fault": "answer_lost", "on": "openai.chat"})
    platform.peers.clear()
    body = chat_body(stream=True)
    head = f"POST /openai/v1/chat/completions HTTP/1.1\r\nhost: x:{proxy.port}\r\ncontent-length: {len(body)}\r\n\r\n"
    with connect(proxy.port) as connection:
        for _ in range(3):
            connection.sendall(head.encode() + body)
            assert read_to_end(connection).status == 500

    assert len(platform.peers) == 1


@pytest.mark.parametrize("shows", ["server_error", "reset"])
def test_over_http2_the_answer_is_lost_in_the_same_way(proxy: ProxyProcess, platform: Platform, shows: str) -> None:
    proxy.play({"fault": "answer_lost", "on": "openai.chat", "shows": shows})
    finished = platform.finished

    async def post() -> str:
        async with http2_client(proxy) as session:
            try:
                return str((await session.post(URL, content=chat_body(stream=True))).status_code)
            except httpx.TransportError as error:
                return type(error).__name__

    assert asyncio.run(post()) == {"server_error": "500", "reset": "ReadError"}[shows]
    assert platform.finished == finished + 1


def test_a_client_that_leaves_ends_the_work(tmp_path: Path) -> None:
    told = threading.Event()

    def working(connection: Any, _: Received) -> None:
        if not connection.recv(1):
            told.set()

    rule = {"fault": "answer_lost", "on": "openai.chat"}
    with raw_upstream(working) as platform, running_proxy(tmp_path, platform.url, rule) as proxy:
        seen = ask(proxy.port, body=chat_body(), timeout=0.5)
        row = proxy.wait_for_rows(1)[-1]

        assert (seen.raw, seen.end) == (b"", "open")
        assert told.wait(10)
        assert (row["end"], row["delivered"], row["how"]) == ("client_left", False, "client_gone")
        assert proxy.control(op="stats")["under_way"] == 0


def test_work_that_is_never_done_is_bounded_as_a_hang_is(tmp_path: Path) -> None:
    rule = {"fault": "answer_lost", "on": "openai.chat"}
    with (
        raw_upstream(_silent) as platform,
        running_proxy(tmp_path, platform.url, rule, hang_cap=0.3) as proxy,
    ):
        seen = ask(proxy.port, body=chat_body())
        row = proxy.wait_for_rows(1)[-1]

        assert (seen.raw, seen.end) == (b"", "fin")
        assert (row["injected"], row["end"]) == (False, "fin")
        assert "had not answered" in proxy.rows("fault_skipped")[0]["why"]


def test_work_that_is_let_go_ends_without_an_answer(tmp_path: Path) -> None:
    rule = {"fault": "answer_lost", "on": "openai.chat"}
    seen: list[Seen] = []
    with (
        raw_upstream(_silent) as platform,
        running_proxy(tmp_path, platform.url, rule) as proxy,
    ):
        waiting = threading.Thread(target=lambda: seen.append(ask(proxy.port, body=chat_body())))
        waiting.start()
        wait_until(lambda: platform.received)
        proxy.control(op="release")
        waiting.join(10)

        assert (seen[0].raw, seen[0].end) == (b"", "fin")
        assert "let go" in proxy.wait_for_rows(1, "fault_skipped")[0]["why"]


def test_a_platform_that_dies_at_work_is_no_fault_of_ours(tmp_path: Path) -> None:
    def dying(connection: Any, _: Received) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
        connection.close()

    rule = {"fault": "answer_lost", "on": "openai.chat"}
    with raw_upstream(dying) as platform, running_proxy(tmp_path, platform.url, rule) as proxy:
        seen = ask(proxy.port, body=chat_body())
        row = proxy.wait_for_rows(1)[-1]

        assert (seen.raw, seen.end) == (b"", "fin")
        assert (row["injected"], row["end"]) == (False, "error")
        assert "the platform's side failed" in proxy.rows("fault_skipped")[0]["why"]
