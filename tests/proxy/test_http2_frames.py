"""The frames of HTTP/2 that end a stream or a connection, as a raw client sees them, and what httpx makes of them."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import h2.config
import h2.connection
import h2.events
import httpx
import pytest
from h2.errors import ErrorCodes
from support.http2 import client as http2_client
from support.proxies import ProxyProcess, running_proxy, wait_until
from support.upstreams import Received, event_stream, json_reply, raw_upstream
from support.wire import TlsSocket, ask, chat_body

pytestmark = pytest.mark.e2e
HOST = "api.openai.com"
EVENTS = [b"data: %d\n\n" % n for n in range(10)] + [b"data: [DONE]\n\n"]


def _platform(connection: Any, request: Received) -> None:
    streamed = b'"stream": true' in request.body
    (event_stream(EVENTS) if streamed else json_reply(b"{}"))(connection, request)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    with raw_upstream(_platform) as upstream, running_proxy(tmp_path_factory.mktemp("h2"), upstream.url) as running:
        yield running


class Client:
    """One HTTP/2 connection through the proxy that keeps every event it sees."""

    def __init__(self, proxy: ProxyProcess) -> None:
        plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0)
        plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
        assert plain.recv(4096).startswith(b"HTTP/1.1 200")
        context = ssl.create_default_context(cafile=proxy.ca)
        context.set_alpn_protocols(["h2"])
        self.secured = TlsSocket(plain, context, HOST)
        self.frames = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.frames.initiate_connection()
        self.seen: list[h2.events.Event] = []

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.secured.__exit__()

    def ask(self, stream: bool) -> int:
        """Send a call; gives the number of its stream."""
        body, number = chat_body(stream), self.frames.get_next_available_stream_id()
        head = {":method": "POST", ":scheme": "https", ":authority": HOST, ":path": "/v1/chat/completions"}
        self.frames.send_headers(number, [*head.items(), ("content-length", str(len(body)))])
        self.frames.send_data(number, body, end_stream=True)
        self.secured.sendall(self.frames.data_to_send())
        return int(number)

    def until(self, kind: type[h2.events.Event], number: int = 0) -> Any:
        """Read until there is such an event, about this stream where one is named."""
        while True:
            for event in self.seen:
                if isinstance(event, kind) and (not number or event.stream_id == number):
                    return event
            data = self.secured.recv(65536)
            assert data, self.seen
            self.seen += self.frames.receive_data(data)

    def body(self, number: int) -> bytes:
        """What came of a stream's body so far."""
        parts = [e.data for e in self.seen if isinstance(e, h2.events.DataReceived) and e.stream_id == number]
        return b"".join(parts)

    def heads(self, number: int) -> int:
        """How many heads came for a stream."""
        return sum(isinstance(e, h2.events.ResponseReceived) and e.stream_id == number for e in self.seen)


@pytest.mark.parametrize("error", ["INTERNAL_ERROR", "REFUSED_STREAM", "ENHANCE_YOUR_CALM", "CANCEL"])
def test_a_reset_before_the_headers_takes_only_its_own_stream(proxy: ProxyProcess, error: str) -> None:
    proxy.play({"fault": "http2_reset_stream", "on": "openai.*", "at": "before_headers", "error": error, "limit": 1})
    before = len(proxy.rows())

    with Client(proxy) as client:
        first = client.ask(stream=False)
        reset = client.until(h2.events.StreamReset)
        second = client.ask(stream=False)
        client.until(h2.events.StreamEnded, second)

    assert (reset.stream_id, reset.error_code) == (first, ErrorCodes[error])
    assert (client.heads(first), client.body(second)) == (0, b"{}")
    row = proxy.wait_for_rows(before + 2)[before]
    assert (row["how"], row["delivered"], row["end"], row["upstream_status"]) == (
        "rst_stream",
        True,
        "rst_stream",
        None,
    )


def test_a_reset_comes_after_so_many_events_and_not_to_plain_calls(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "http2_reset_stream", "on": "openai.*", "after": "4 events"})

    with Client(proxy) as client:
        plain, streamed = client.ask(stream=False), client.ask(stream=True)
        reset = client.until(h2.events.StreamReset)
        client.until(h2.events.StreamEnded, plain)

    assert (reset.stream_id, reset.error_code) == (streamed, ErrorCodes.INTERNAL_ERROR)
    assert client.body(streamed) == b"".join(EVENTS[:4])
    row = wait_until(lambda: next((row for row in proxy.rows() if row["end"] == "rst_stream" and row["stream"]), None))
    assert (row["events"], row["how"], row["status"]) == (4, "rst_stream", 200)


@pytest.mark.parametrize("error", ["NO_ERROR", "ENHANCE_YOUR_CALM"])
def test_goaway_names_the_last_stream_and_closes_the_connection(proxy: ProxyProcess, error: str) -> None:
    proxy.play({"fault": "http2_goaway", "on": "openai.*", "after": "2 events", "error": error})
    before = len(proxy.rows())

    with Client(proxy) as client:
        number = client.ask(stream=True)
        goaway = client.until(h2.events.ConnectionTerminated)
        rest = client.secured.recv(65536)

    assert (goaway.error_code, goaway.last_stream_id) == (ErrorCodes[error], number)
    assert client.body(number) == b"".join(EVENTS[:2])
    assert rest == b""
    row = proxy.wait_for_rows(before + 1)[before]
    assert (row["how"], row["delivered"], row["end"]) == ("goaway", True, "goaway")
    assert wait_until(lambda: proxy.control(op="stats")["under_way"] == 0)


def test_goaway_takes_the_other_streams_with_it(proxy: ProxyProcess) -> None:
    proxy.play(
        {"fault": "hang", "on": "openai.*", "when": {"stream": True}},
        {"fault": "http2_goaway", "on": "openai.*", "at": "before_headers"},
    )
    before = len(proxy.rows())

    with Client(proxy) as client:
        client.ask(stream=True)
        wait_until(lambda: proxy.control(op="stats")["under_way"] == 1)
        client.ask(stream=False)
        client.until(h2.events.ConnectionTerminated)
        assert client.secured.recv(65536) == b""

    ends = {row["fault"]: row["end"] for row in proxy.wait_for_rows(before + 2)[before:]}
    assert ends == {"http2_goaway": "goaway", "hang": "client_left"}


@pytest.mark.parametrize("fault", ["http2_goaway", "http2_reset_stream"])
def test_over_http1_the_answer_passes_and_the_journal_says_why(proxy: ProxyProcess, fault: str) -> None:
    proxy.play({"fault": fault, "on": "openai.*"})
    before, skipped = len(proxy.rows()), len(proxy.rows("fault_skipped"))

    seen = ask(proxy.port, proxy.ca, body=chat_body(stream=True))

    assert seen.body == b"".join(EVENTS)
    row = proxy.wait_for_rows(before + 1)[before]
    assert (row["rule"], row["injected"], row["delivered"]) == (f"outage.1.{fault}", False, None)
    (why,) = proxy.rows("fault_skipped")[skipped:]
    assert why["why"] == f"{fault} needs HTTP/2, and this call came by HTTP/1.1"


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("http2_reset_stream", "REFUSED_STREAM", "error_code:7"),
        ("http2_goaway", "ENHANCE_YOUR_CALM", "error_code:11"),
    ],
)
def test_httpx_raises_a_protocol_error_that_names_the_code(
    proxy: ProxyProcess, fault: str, error: str, words: str
) -> None:
    proxy.play({"fault": fault, "on": "openai.*", "at": "before_headers", "error": error})

    async def fetch() -> httpx.Response:
        async with http2_client(proxy) as session:
            return await session.post(f"https://{HOST}/v1/chat/completions", content=chat_body())

    with pytest.raises(httpx.RemoteProtocolError, match=words):
        asyncio.run(fetch())
