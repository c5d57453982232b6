"""A drill may forbid what is no platform's: then nothing goes there, and it is on record."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.proxies import ProxyProcess, running_proxy
from support.upstreams import bystander, json_reply, raw_upstream
from support.wire import SDK_HEADERS, ask, chat_body, read_to_end

pytestmark = pytest.mark.e2e
OPEN = "127.0.0.1"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    folder = tmp_path_factory.mktemp("proxy")
    with raw_upstream(json_reply(b"{}")) as upstream, running_proxy(folder, upstream.url, tunnel=(OPEN,)) as running:
        yield running


@pytest.mark.parametrize(
    "asked",
    [
        "CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
        f"GET http://localhost:{{port}}/x HTTP/1.1\r\nHost: localhost:{{port}}\r\n{SDK_HEADERS}\r\n",
    ],
)
def test_a_host_that_is_not_let_through_is_asked_nothing_and_is_on_record(proxy: ProxyProcess, asked: str) -> None:
    with bystander() as (port, got), socket.create_connection((OPEN, proxy.port), timeout=10.0) as client:
        client.sendall(asked.format(port=port).encode())
        seen = read_to_end(client)

    assert got == []
    assert seen.status == 403
    assert b"localhost" in seen.body
    row = next(row for row in proxy.wait_for_rows(1, "other_host") if row["host"] == "localhost")
    assert row["refused"]


def test_a_host_that_is_let_through_is_reached(proxy: ProxyProcess) -> None:
    with bystander() as (port, got), socket.create_connection((OPEN, proxy.port), timeout=10.0) as client:
        client.sendall(f"GET http://{OPEN}:{port}/x HTTP/1.1\r\nHost: {OPEN}:{port}\r\n{SDK_HEADERS}\r\n".encode())
        seen = read_to_end(client)

    assert len(got) == 1
    assert seen.body == b"stolen"
    row = next(row for row in proxy.wait_for_rows(1, "other_host") if row["host"] == OPEN)
    assert not row["refused"]


def test_where_nobody_is_let_through_the_stand_in_is_reached_all_the_same(tmp_path: Path) -> None:
    """Once the dialler took the stand-in's address for a host that is no platform's."""
    with raw_upstream(json_reply(b"{}")) as upstream, running_proxy(tmp_path, upstream.url, tunnel=()) as running:
        for ca in (None, running.ca):
            assert ask(running.port, ca, body=chat_body()).body == b"{}"

        assert [row["end"] for row in running.wait_for_rows(2)] == ["complete", "complete"]
        assert running.rows("other_host") == []
