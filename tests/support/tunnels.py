"""Connections through the proxy's tunnel, opened by hand, and the journal's rows of them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from support.proxies import ProxyProcess, wait_until

HOST = "api.openai.com"


@contextmanager
def tunnel(proxy: ProxyProcess, host: str = HOST, port: int = 443) -> Iterator[socket.socket]:
    """A connection for which the proxy has opened a tunnel."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as plain:
        plain.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        answer = plain.recv(4096)
        assert answer.startswith(b"HTTP/1.1 200"), answer
        yield plain


def hello(host: str = HOST) -> bytes:
    """The first bytes of a TLS client."""
    heard, said = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(heard, said, server_hostname=host)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return said.read()


def context_for(proxy: ProxyProcess, verify: bool = True) -> ssl.SSLContext:
    """For a client that trusts the drill's CA, or does not look at certificates."""
    context = ssl.create_default_context(cafile=proxy.ca)
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def of_connections(proxy: ProxyProcess) -> list[dict[str, Any]]:
    """The journal's rows of connections to OpenAI."""
    return [row for row in proxy.rows() if row["service"] == "openai.connection"]


def struck(proxy: ProxyProcess, act: Callable[[], None], fault: str, **settings: Any) -> dict[str, Any]:
    """The journal's row of a connection that a client has tried to open."""
    before = len(of_connections(proxy))
    proxy.play({"fault": fault, "on": "openai.chat", **settings})
    act()
    row = wait_until(lambda: rows[-1] if len(rows := of_connections(proxy)) > before else None)
    assert row["rule"] == f"outage.1.{fault}"
    return row
