"""The platform gets a request twice: two requests on the wire, one answer for the client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import http
from support.http2 import client as http2_client
from support.proxies import ProxyProcess, running_proxy, wait_until
from support.strikes import strike
from support.upstreams import RawUpstream, Received, chunk, event_stream, json_reply, raw_upstream
from support.wire import ask, chat_body, connect, read_to_end

from brownout.exchange import Request
from brownout.proxy.upstream import Upstream

pytestmark = pytest.mark.e2e

EVENTS = [b'data: {"n": %d}\n\n' % n for n in range(6)] + [b"data: [DONE]\n\n"]
PLAIN = b'{"id":"chatcmpl-1"}'
URL = "https://api.openai.com/v1/chat/completions"
RULE = {"fault": "request_duplicated", "on": "openai.chat"}


def _platform(connection: Any, request: Received) -> None:
    streamed = b'"stream": true' in request.body
    (event_stream(EVENTS) if streamed else json_reply(PLAIN))(connection, request)


@pytest.fixture(scope="module")
def upstream() -> Iterator[RawUpstream]:
    with raw_upstream(_platform) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, upstream: RawUpstream) -> Iterator[ProxyProcess]:
    with running_proxy(tmp_path_factory.mktemp("proxy"), upstream.url) as running:
        yield running


@pytest.fixture(params=["http", "tls"])
def ca(request: pytest.FixtureRequest, proxy: ProxyProcess) -> str | None:
    return proxy.ca if request.param == "tls" else None


def fields(request: Received) -> set[str]:
    """Header lines as names and values, less what belongs to a connection."""
    lines = request.head.split("\r\n")[1:]
    return {f"{name.lower()}:{value}" for name, _, value in (line.partition(":") for line in lines)} - {
        "connection: close"
    }


@pytest.mark.parametrize("stream", [False, True])
def test_the_platform_gets_the_same_request_twice_and_the_client_one_answer(
    proxy: ProxyProcess, upstream: RawUpstream, ca: str | None, stream: bool
) -> None:
    upstream.received.clear()

    seen, row = strike(proxy, ca, "request_duplicated", stream)

    first, second = wait_until(lambda: upstream.received if len(upstream.received) == 2 else None)
    assert first.head.split("\r\n")[0] == second.head.split("\r\n")[0] == "POST /v1/chat/completions HTTP/1.1"
    assert first.body == second.body == chat_body(stream)
    assert fields(first) == fields(second)
    assert seen.body == (b"".join(EVENTS) if stream else PLAIN)
    assert (row["status"], row["upstream_status"], row["end"]) == (200, 200, "complete")
    assert (row["injected"], row["delivered"], row["how"]) == (True, True, "written")


def test_over_http2_the_platform_gets_it_twice_too(proxy: ProxyProcess, upstream: RawUpstream) -> None:
    proxy.play(RULE)
    upstream.received.clear()

    async def post() -> bytes:
        async with http2_client(proxy) as session:
            return (await session.post(URL, content=chat_body())).content

    assert asyncio.run(post()) == PLAIN
    first, second = wait_until(lambda: upstream.received if len(upstream.received) == 2 else None)
    assert first.body == second.body == chat_body()
    assert fields(first) == fields(second)


def test_a_request_in_chunks_is_doubled_whole(proxy: ProxyProcess, upstream: RawUpstream) -> None:
    proxy.play(RULE)
    upstream.received.clear()
    body = chat_body()
    head = f"POST /openai/v1/chat/completions HTTP/1.1\r\nhost: x:{proxy.port}\r\ntransfer-encoding: chunked\r\n\r\n"
    with connect(proxy.port) as connection:
        connection.sendall(head.encode() + chunk(body[:20]) + chunk(body[20:]) + b"0\r\n\r\n")
        wait_until(lambda: len(upstream.received) >= 4)

    # The platform of these tests knows no chunks: each body looks to it like one more message.
    heads = [request.head for request in upstream.received]
    assert sum(head.startswith("POST") and "transfer-encoding: chunked" in head.lower() for head in heads) == 2
    assert sum(body.decode() in head for head in heads) == 2


def test_the_second_answer_keeps_nobody_waiting(tmp_path: Path) -> None:
    seconds: list[Any] = []
    over = threading.Event()

    def slow_for_the_second(connection: Any, request: Received) -> None:
        if "connection: close" in request.head.lower():
            seconds.append(connection)
            over.wait(10)
        else:
            json_reply(PLAIN)(connection, request)

    with raw_upstream(slow_for_the_second) as platform, running_proxy(tmp_path, platform.url, RULE) as proxy:
        seen = ask(proxy.port, body=chat_body())

        assert seen.body == PLAIN
        wait_until(lambda: len(seconds) == 1)
        assert not over.is_set()
        over.set()


def test_a_second_delivery_ends_with_the_proxy(tmp_path: Path) -> None:
    gone = threading.Event()

    def unanswered(connection: Any, request: Received) -> None:
        if "connection: close" not in request.head.lower():
            json_reply(PLAIN)(connection, request)
        elif not connection.recv(1):
            gone.set()

    with raw_upstream(unanswered) as platform:
        with running_proxy(tmp_path, platform.url, RULE) as proxy:
            assert ask(proxy.port, body=chat_body()).body == PLAIN
            assert not gone.is_set()

        assert gone.wait(10)
        assert proxy.process.returncode == 0


def test_without_a_platform_nothing_is_doubled(tmp_path: Path) -> None:
    with running_proxy(tmp_path, "http://127.0.0.1:9", RULE) as proxy:
        seen = ask(proxy.port, body=chat_body())
        row = proxy.wait_for_rows(1)[-1]

        assert (seen.raw, seen.end) == (b"", "fin")
        assert (row["injected"], row["delivered"]) == (False, None)
        assert "a second request could not be sent" in proxy.rows("fault_skipped")[0]["why"]


def test_a_doubled_request_leaves_the_last_call_of_a_budget_to_the_client() -> None:
    upstream = Upstream(None, 3)
    asked = Request("POST", "api.openai.com", "/v1/chat/completions")

    def call(spare: int) -> bool:
        request = http.Request.make("POST", "http://127.0.0.1/openai/v1/chat/completions")
        return upstream.direct(request, asked, whole=False, spare=spare) is None

    assert [call(1), call(0), call(1), call(0)] == [True, True, False, True]


def test_a_client_that_leaves_at_once_leaves_nothing_behind(proxy: ProxyProcess, upstream: RawUpstream) -> None:
    proxy.play(RULE)
    body = chat_body()
    head = f"POST /openai/v1/chat/completions HTTP/1.1\r\nhost: x:{proxy.port}\r\ncontent-length: {len(body)}\r\n\r\n"
    with connect(proxy.port) as connection:
        connection.sendall(head.encode() + body)

    assert wait_until(lambda: proxy.control(op="stats")["under_way"] == 0)
    with connect(proxy.port) as connection:
        connection.sendall(head.encode() + body)
        assert read_to_end(connection).body == PLAIN
