"""What is meant for the stand-in reaches nobody else, whatever host it names: not with its key, nor with its prompt."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from mitmproxy.connection import Client, ConnectionState, Server
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from support.proxies import ProxyProcess, one_phase, running_proxy
from support.tunnels import context_for
from support.upstreams import RawUpstream, bystander, json_reply, raw_upstream
from support.wire import SDK_HEADERS, TlsSocket, chat_body, read_to_end

from brownout.orders import ProxyOrders
from brownout.proxy.addon import Inject

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def platform() -> Iterator[RawUpstream]:
    with raw_upstream(json_reply(b"{}")) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, platform: RawUpstream) -> Iterator[ProxyProcess]:
    with running_proxy(tmp_path_factory.mktemp("proxy"), platform.url) as running:
        yield running


def request(host: str, target: str = "/openai/v1/chat/completions") -> bytes:
    body = chat_body()
    head = f"POST {target} HTTP/1.1\r\nhost: {host}\r\n{SDK_HEADERS}content-length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}", "0x7f000001:{port}"])
def test_a_request_with_a_platforms_prefix_goes_to_the_stand_in_whatever_its_host(
    proxy: ProxyProcess, host: str
) -> None:
    before = len(proxy.rows())
    with bystander() as (port, got), socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as client:
        client.sendall(request(host.format(port=port)))
        seen = read_to_end(client)

    assert got == []
    assert (seen.status, seen.body) == (200, b"{}")
    assert proxy.wait_for_rows(before + 1)[-1]["service"] == "openai.chat"


def test_a_request_to_a_web_server_that_is_no_platforms_is_never_forwarded(proxy: ProxyProcess) -> None:
    with bystander() as (port, got), socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as client:
        client.sendall(request(f"127.0.0.1:{port}", "/v1/elsewhere"))
        seen = read_to_end(client)

    assert got == []
    assert seen.status == 404
    assert b"no platform under this path" in seen.body


def opened(proxy: ProxyProcess, address: str, name: str) -> TlsSocket:
    """A tunnel to an address, in which a client asks for a platform by its name."""
    plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0)
    plain.sendall(f"CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
    assert plain.recv(4096).startswith(b"HTTP/1.1 200")
    context: ssl.SSLContext = context_for(proxy)
    context.set_alpn_protocols(["http/1.1"])
    return TlsSocket(plain, context, name)


def test_a_tunnel_that_we_open_leads_to_the_stand_in_whatever_its_address(proxy: ProxyProcess) -> None:
    before = len(proxy.rows())
    with bystander() as (port, got), opened(proxy, f"127.0.0.1:{port}", "api.openai.com") as client:
        client.sendall(request("api.openai.com", "/v1/chat/completions"))
        seen = read_to_end(client)

    assert got == []
    assert (seen.status, seen.body) == (200, b"{}")
    row = proxy.wait_for_rows(before + 1)[-1]
    assert (row["service"], row["host"]) == ("openai.chat", "api.openai.com")


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1:{port}"])
def test_in_a_tunnel_that_we_opened_another_host_is_asked_nothing(proxy: ProxyProcess, host: str) -> None:
    with bystander() as (port, got), opened(proxy, f"127.0.0.1:{port}", "api.openai.com") as client:
        client.sendall(request(host.format(port=port), "/v1/chat/completions"))
        read_to_end(client)

    assert got == []


def test_a_host_that_is_no_platforms_is_tunnelled_unopened_and_noted(proxy: ProxyProcess) -> None:
    with bystander() as (port, got), socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as client:
        client.sendall(f"CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        client.sendall(b"ping of my own")
        assert client.recv(4096).endswith(b"stolen")

    assert got == [b"ping of my own"]
    assert "localhost" in {row["host"] for row in proxy.wait_for_rows(1, "other_host")}


def test_a_platform_that_is_asked_in_the_open_through_the_proxy_is_the_stand_in(proxy: ProxyProcess) -> None:
    before = len(proxy.rows())
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as client:
        client.sendall(request("api.openai.com", "http://api.openai.com/v1/chat/completions"))
        seen = read_to_end(client)

    assert (seen.status, seen.body) == (200, b"{}")
    assert proxy.wait_for_rows(before + 1)[-1]["service"] == "openai.chat"


def test_a_dialler_that_was_led_astray_refuses_and_says_so(tmp_path: Path) -> None:
    """Whatever points a request elsewhere in spite of all that: an addon of somebody else's, or a bug of ours."""
    server = Server(address=("127.0.0.1", 9))
    client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2), state=ConnectionState.OPEN)
    client.timestamp_tls_setup = 1.0
    orders = {"token": "t", "scenario": one_phase(), "speed": 1.0, "upstream": "http://127.0.0.1:8"}
    inject = Inject(ProxyOrders.model_validate({**orders, "confdir": tmp_path, "journal": None}))
    inject.server_connect(ServerConnectionHookData(server, client))
    assert server.error == "brownout connects to the stand-in alone, not to 127.0.0.1"

    reached = Server(address=("127.0.0.1", 8))
    inject.server_connect(ServerConnectionHookData(reached, client))
    assert reached.error is None
