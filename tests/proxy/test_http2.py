"""The same effects for HTTP/2 clients: a reset takes the connection, everything else only its own stream."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.http2 import client
from support.proxies import ProxyProcess, running_proxy, wait_until
from support.upstreams import Received, event_stream, json_reply, raw_upstream
from support.wire import chat_body

pytestmark = pytest.mark.e2e
URL = "https://api.openai.com/v1/chat/completions"
EVENTS = [b"data: %d\n\n" % n for n in range(10)] + [b"data: [DONE]\n\n"]


async def fetch(proxy: ProxyProcess, stream: bool = True) -> tuple[httpx.Response, bytes, str]:
    """Response, body, and the name of the exception that ended it, if any."""
    async with client(proxy) as session:
        body = b""
        async with session.stream("POST", URL, content=chat_body(stream)) as response:
            try:
                async for data in response.aiter_raw():
                    body += data
            except httpx.TransportError as error:
                return response, body, type(error).__name__
            return response, body, ""


def _platform(connection: Any, request: Received) -> None:
    streamed = b'"stream": true' in request.body
    (event_stream(EVENTS) if streamed else json_reply(b"{}"))(connection, request)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    with raw_upstream(_platform) as upstream, running_proxy(tmp_path_factory.mktemp("h2"), upstream.url) as running:
        yield running


@pytest.mark.parametrize("stream", [False, True])
def test_an_idle_proxy_passes_the_body_on(proxy: ProxyProcess, stream: bool) -> None:
    proxy.play()

    response, body, error = asyncio.run(fetch(proxy, stream))

    assert (response.http_version, error) == ("HTTP/2", "")
    assert body == (b"".join(EVENTS) if stream else b"{}")


def test_a_made_up_error_arrives_whole(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "server_error", "on": "openai.chat"})

    response, body, error = asyncio.run(fetch(proxy))

    assert (response.status_code, error) == (500, "")
    assert b"server_error" in body
    assert "transfer-encoding" not in response.headers


def test_a_clean_cut_ends_the_stream_in_order(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "stream_cut", "on": "openai.chat", "after": "4 events"})

    _, body, error = asyncio.run(fetch(proxy))

    assert (body, error) == (b"".join(EVENTS[:4]), "")


def test_a_reset_in_the_stream_takes_the_connection(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "stream_reset", "on": "openai.chat", "after": "4 events"})

    _, body, error = asyncio.run(fetch(proxy))

    assert error == "ReadError"
    assert body == b"".join(EVENTS[:4])
    assert wait_until(lambda: proxy.rows()[-1]["how"] == "rst")


def test_a_reset_before_the_head_takes_the_connection(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "connection_reset", "on": "openai.chat"})

    with pytest.raises(httpx.ReadError):
        asyncio.run(fetch(proxy))


def test_a_stall_holds_only_its_own_stream(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "hang", "on": "openai.chat", "when": {"stream": True}})

    async def both() -> int:
        async with client(proxy) as session:
            held = asyncio.create_task(session.post(URL, content=chat_body(stream=True)))
            status = (await session.post(URL, content=chat_body())).status_code
            held.cancel()
            return status

    assert asyncio.run(both()) == 200
    assert wait_until(lambda: proxy.control(op="stats")["under_way"] == 0)


def test_twenty_streams_of_one_connection_are_asked_at_once(tmp_path: Path) -> None:
    everybody = threading.Barrier(20)

    def answer_when_all_are_here(connection: Any, request: Received) -> None:
        everybody.wait(10)
        json_reply(b"{}")(connection, request)

    async def ask_twenty(proxy: ProxyProcess) -> list[int]:
        async with client(proxy) as session:
            answers = await asyncio.gather(*(session.post(URL, content=chat_body()) for _ in range(20)))
            return [answer.status_code for answer in answers]

    with raw_upstream(answer_when_all_are_here) as upstream, running_proxy(tmp_path, upstream.url) as proxy:
        assert asyncio.run(ask_twenty(proxy)) == [200] * 20
