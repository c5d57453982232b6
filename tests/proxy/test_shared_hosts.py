"""Hosts that a platform shares: what is the platform's goes to the stand-in, the rest to that host, as it came."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.proxies import ProxyProcess, running_proxy
from support.shared_hosts import SharedHost, shared_host
from support.tunnels import context_for
from support.upstreams import RawUpstream, json_reply, raw_upstream
from support.wire import TlsSocket, read_to_end

pytestmark = pytest.mark.e2e
GRAPH, META = "graph.microsoft.com", "graph.facebook.com"
KEY = "Bearer a-token-of-the-users-own"


@pytest.fixture(scope="module")
def platform() -> Iterator[RawUpstream]:
    with raw_upstream(json_reply(b'{"value": "the stand-in"}')) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedHost]:
    with shared_host(tmp_path_factory.mktemp("host"), GRAPH, META) as host:
        yield host


@pytest.fixture(scope="module")
def proxy(
    tmp_path_factory: pytest.TempPathFactory, platform: RawUpstream, shared: SharedHost
) -> Iterator[ProxyProcess]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in shared.environ.items():
            patch.setenv(name, value)
        with running_proxy(tmp_path_factory.mktemp("proxy"), platform.url) as running:
            yield running


@pytest.fixture
def client(proxy: ProxyProcess) -> Iterator[httpx.Client]:
    with httpx.Client(proxy=proxy.url, verify=context_for(proxy), timeout=10, trust_env=False) as found:
        yield found


@pytest.mark.parametrize(
    "url",
    [
        f"https://{GRAPH}/v1.0/me",
        f"https://{GRAPH}/v1.0/users/ada%20l/messages?$top=5",
        f"https://{META}/v25.0/me/accounts",
        f"https://{META}/oauth/access_token",
    ],
)
def test_what_is_somebody_elses_goes_to_that_host_as_it_came(
    proxy: ProxyProcess, client: httpx.Client, shared: SharedHost, platform: RawUpstream, url: str
) -> None:
    before, asked = len(shared.got), len(platform.received)
    answer = client.post(url, content=b"its own", headers={"authorization": KEY})

    assert answer.json() == {"value": "the real one"}
    method, path, headers, body = shared.got[before]
    assert (method, path, body) == ("POST", httpx.URL(url).raw_path.decode(), b"its own")
    assert headers["authorization"] == KEY
    assert not [name for name in headers if name.lower().startswith("x-brownout")]
    assert len(platform.received) == asked
    assert httpx.URL(url).host in {row["host"] for row in proxy.wait_for_rows(1, "other_host")}


@pytest.mark.parametrize(
    "url",
    [
        f"https://{GRAPH}/beta/copilot/conversations",
        f"https://{GRAPH}/v1.0/Copilot/conversations/1/chat",
        f"https://{GRAPH}/v1.0/cop%69lot/conversations",
        f"https://{GRAPH}/v1.0/me/%252e%252e/copilot/conversations",
        f"https://{GRAPH}/v1.0//me",
        f"https://{GRAPH}/v1.0/me;x=y",
        f"https://{GRAPH}/v1.0/$batch",
        f"https://{GRAPH}/v1.0",
        f"https://{META}/v25.0/106540352242922/messages",
        f"https://{META}/106540352242922/message_templates",
        f"https://{META}/v25.0/?ids=106540352242922",
        f"https://{META}/",
    ],
)
def test_what_may_be_the_platforms_goes_to_the_stand_in_and_nowhere_else(
    proxy: ProxyProcess, client: httpx.Client, shared: SharedHost, url: str
) -> None:
    before = len(shared.got)
    answer = client.post(url, content=b"{}", headers={"authorization": KEY})

    assert answer.json() == {"value": "the stand-in"}
    assert len(shared.got) == before


def test_both_may_come_on_one_connection(client: httpx.Client, shared: SharedHost) -> None:
    urls = [f"https://{GRAPH}/{path}" for path in ("v1.0/me", "beta/copilot/conversations", "v1.0/me", "v1.0/$batch")]
    assert [client.get(url).json()["value"] for url in urls] == ["the real one", "the stand-in"] * 2


def request(host: str, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: {KEY}\r\nconnection: close\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("address", "name", "host"),
    [
        (f"{GRAPH}:443", GRAPH, META),
        (f"{GRAPH}:443", META, GRAPH),
        (f"{META}:443", GRAPH, GRAPH),
        (f"{GRAPH}:8443", GRAPH, GRAPH),
        ("api.openai.com:443", GRAPH, GRAPH),
    ],
)
def test_a_request_that_names_more_than_one_place_goes_to_none_of_them(
    proxy: ProxyProcess, shared: SharedHost, address: str, name: str, host: str
) -> None:
    before = len(shared.got)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as plain:
        plain.sendall(f"CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
        assert plain.recv(4096).startswith(b"HTTP/1.1 200")
        context = context_for(proxy)
        context.set_alpn_protocols(["http/1.1"])
        client = TlsSocket(plain, context, name)
        client.sendall(request(host, "/v1.0/me"))
        read_to_end(client)

    assert len(shared.got) == before


def test_by_base_url_and_in_the_open_everything_is_the_platforms(
    proxy: ProxyProcess, shared: SharedHost, platform: RawUpstream
) -> None:
    before = len(shared.got)
    with httpx.Client(trust_env=False, timeout=10) as plain:
        assert plain.get(f"{proxy.url}/copilot/v1.0/me").json() == {"value": "the stand-in"}
    with httpx.Client(proxy=proxy.url, trust_env=False, timeout=10) as through:
        assert through.get(f"http://{GRAPH}/v1.0/me").json() == {"value": "the stand-in"}

    assert len(shared.got) == before


def test_a_host_that_does_not_prove_who_it_is_gets_nothing(
    tmp_path: Path, platform: RawUpstream, shared: SharedHost
) -> None:
    before = len(shared.got)
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(Path(context_ca(tmp_path)).read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**shared.environ, "TEST_CA": str(stranger)}.items():
            patch.setenv(name, value)
        with (
            running_proxy(tmp_path / "proxy", platform.url) as proxy,
            httpx.Client(proxy=proxy.url, verify=context_for(proxy), timeout=10, trust_env=False) as client,
        ):
            assert client.get(f"https://{GRAPH}/v1.0/me").status_code == 502

    assert len(shared.got) == before


def context_ca(folder: Path) -> str:
    """The certificate of an authority that signed nothing."""
    from mitmproxy.certs import CertStore

    CertStore.from_store(folder / "strangers", "other", 2048)
    return str(folder / "strangers" / "other-ca-cert.pem")
