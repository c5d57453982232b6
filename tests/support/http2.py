"""An httpx client that speaks HTTP/2 with the platform, and only there, through the proxy."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from support.proxies import ProxyProcess


class Tunnel(httpcore.AnyIOBackend):
    """Every connection goes through the proxy's CONNECT; httpx itself would speak HTTP/2 to the proxy as well."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        stream = await super().connect_tcp("127.0.0.1", self.port, timeout=10.0)
        await stream.write(f"CONNECT {host}:{port} HTTP/1.1\r\nhost: {host}:{port}\r\n\r\n".encode())
        assert (await stream.read(4096, timeout=10.0)).startswith(b"HTTP/1.1 200")
        return stream


class OnlyHttp2(ssl.SSLContext):
    """Offers h2 alone: httpcore would put http/1.1 first."""

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        super().set_alpn_protocols(["h2"])


def client(proxy: ProxyProcess) -> httpx.AsyncClient:
    """For calls to intercepted hosts."""
    context = OnlyHttp2(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(proxy.ca)
    transport = httpx.AsyncHTTPTransport()
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=context, http1=False, http2=True, network_backend=Tunnel(proxy.port)
    )
    return httpx.AsyncClient(transport=transport, timeout=10.0, trust_env=False)
