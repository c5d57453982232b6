"""One busy connection, and everybody else: portions of HTTP/2, reading in turns, and both on the wire."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import hpack
import pytest
from hyperframe.frame import DataFrame, Frame, HeadersFrame, PingFrame, RstStreamFrame, SettingsFrame
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.connection import Client
from mitmproxy.options import Options
from mitmproxy.proxy.commands import Command
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layers.http import HttpLayer, HTTPMode
from mitmproxy.proxy.layers.http._http2 import Http2Server
from support.proxies import ProxyProcess, running_proxy, wait_until
from support.upstreams import json_reply, raw_upstream
from support.wire import TlsSocket

from brownout.proxy import http_layer, sockets
from brownout.proxy.turns import PIECE, PORTION, FairReader, Portions, share
from brownout.proxy.waiting import Tick, TickCompleted

HOST = "api.openai.com"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
CALLS = 600
OTHER = b"GET /anthropic/v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: k\r\n\r\n"
FRAMES = st.lists(
    st.one_of(
        st.builds(lambda size: HeadersFrame(1, b"h" * size), st.integers(0, 20)),
        st.builds(lambda size: DataFrame(1, b"d" * size), st.integers(0, 2000)),
        st.just(RstStreamFrame(1)),
        st.just(PingFrame(0, b"12345678")),
    ),
    max_size=60,
)


@given(FRAMES, st.lists(st.integers(1, 500), max_size=20))
def test_portions_are_the_same_bytes_and_small(frames: list[Frame], sizes: list[int]) -> None:
    whole, ends = PREFACE, list[int]()
    for frame in frames:
        whole += frame.serialize()
        if isinstance(frame, HeadersFrame | RstStreamFrame):
            ends.append(len(whole))
    portions, cut, at = Portions(), list[bytes](), 0
    for size in (*sizes, len(whole)):
        cut += portions.of(whole[at : at + size])
        at += size

    assert b"".join(cut) == whole
    assert all(cut)
    place = 0
    for portion in cut:
        assert sum(place < end <= place + len(portion) for end in ends) <= PORTION
        place += len(portion)


def test_a_reader_waits_while_it_is_held_and_lets_others_have_a_turn_between_pieces() -> None:
    order = list[str]()

    async def read(reader: FairReader) -> None:
        while data := await reader.read(65_535):
            assert len(data) == PIECE
            order.append("piece")

    async def play() -> None:
        reader = asyncio.StreamReader(limit=10 * PIECE)
        share(reader)
        assert isinstance(reader, FairReader)
        reader.feed_data(b"x" * 3 * PIECE)
        reader.feed_eof()
        reader.held = True
        reading = asyncio.create_task(read(reader))
        for _ in range(5):
            await asyncio.sleep(0)
        order.append("let go")
        reader.held = False
        while not reading.done():
            order.append("others")
            await asyncio.sleep(0)

    asyncio.run(play())

    assert order[0] == "let go"
    assert order.count("piece") == 3
    assert ("piece", "piece") not in pairwise(order)


def test_a_portion_over_which_mitmproxy_fails_leaves_no_reader_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    handled = list[bytes]()

    def handle(_: HttpLayer, event: DataReceived) -> Iterator[Command]:
        handled.append(event.data)
        if len(handled) == 2:
            raise AssertionError("mitmproxy has crashed!")
        yield from ()

    async def play() -> None:
        reader, tick = FairReader(), Tick()
        monkeypatch.setattr(HttpLayer, "_handle_event", handle)
        monkeypatch.setattr(sockets, "reader_of", lambda _: reader)
        monkeypatch.setattr(http_layer, "next_turn", lambda *_: tick)
        client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))
        layer = http_layer.FaultLayer(Context(client, Options()), HTTPMode.regular)
        tick.blocking = layer
        layer.connections[client] = Http2Server.__new__(Http2Server)
        data = PREFACE + HeadersFrame(1, b"h").serialize() * 3 * PORTION
        assert list(layer.handle_event(DataReceived(client, data))) == [tick]
        assert reader.held
        with pytest.raises(AssertionError):
            list(layer.handle_event(TickCompleted(tick)))
        assert not reader.held

    asyncio.run(play())

    assert len(handled) == 2


def _flood() -> bytes:
    """Calls that are reset at once, and a ping, which is answered when all before it has been handled."""
    encoder, data = hpack.Encoder(), PREFACE + SettingsFrame(0).serialize()
    fields = [(":method", "POST"), (":scheme", "https"), (":authority", HOST), (":path", "/v1/chat/completions")]
    for number in range(1, 2 * CALLS, 2):
        opening = HeadersFrame(number, encoder.encode(fields))
        opening.flags |= {"END_HEADERS", "END_STREAM"}
        data += opening.serialize() + RstStreamFrame(number, error_code=8).serialize()
    return bytes(data + PingFrame(0, b"finished").serialize())


def _secured(proxy: ProxyProcess, plain: socket.socket) -> TlsSocket:
    plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
    assert plain.recv(4096).startswith(b"HTTP/1.1 200")
    context = ssl.create_default_context(cafile=proxy.ca)
    context.set_alpn_protocols(["h2"])
    return TlsSocket(plain, context, HOST)


@pytest.mark.e2e
def test_others_are_answered_before_a_flood_of_resets_is_through(tmp_path: Path) -> None:
    came = bytearray()
    with (
        raw_upstream(json_reply(b"{}")) as upstream,
        running_proxy(tmp_path, upstream.url, {"fault": "hang", "on": "openai.*"}) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as plain,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as other,
    ):
        secured = _secured(proxy, plain)
        other.sendall(OTHER[:-1])
        secured.sendall(_flood())
        other.sendall(OTHER[-1:])
        assert other.recv(65536).startswith(b"HTTP/1.1 200")
        plain.setblocking(False)
        try:
            while True:
                came += secured.recv(65536)
        except BlockingIOError:
            assert b"finished" not in came
        plain.settimeout(30)
        while b"finished" not in came:
            came += secured.recv(65536)
        plain.close()
        rows = wait_until(lambda: rows if len(rows := proxy.rows()) > CALLS else None)

    assert [row["end"] for row in rows].count("client_left") == CALLS
