"""Tool callbacks: what a platform asks of the application before it answers."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp

from brownout.exchange import Call, Callback, Headers
from brownout.standin.delivery import Delivery
from brownout.standin.inbound import Inbound
from brownout.standin.mcp_client import McpClient, McpError, http_error, message

PATIENCE = 60.0
"""Seconds that a callback may take in all, with what a fault makes of it; then the platform goes on without."""
_FAREWELL = 2.0


class Callbacks(Protocol):
    """What one platform asks of the application before it answers a call."""

    def wanted(self, call: Call) -> bool:
        """Whether a call leads to any callback."""

    def made(self, call: Call) -> AsyncGenerator[tuple[Callback, ...], None]:
        """All callbacks so far, each time that there is news. The last of them is open until the final time."""


def is_loopback(url: str | None) -> bool:
    """Whether an address is on this machine, over HTTP: no other is ever called."""
    try:
        there = urlsplit(url or "")
        host, _ = there.hostname or "", there.port
    except ValueError:
        return False
    if there.scheme not in ("http", "https"):
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Line:
    """A session with one MCP server, every request of which is a delivery that a fault may strike."""

    def __init__(self, inbound: Inbound, http: aiohttp.ClientSession, url: str) -> None:
        self._inbound, self._url = inbound, url
        self._client = McpClient(http, url)
        self._asked = 0

    async def ask(self, delivery: Delivery) -> dict[str, Any]:
        """The result; of several copies the last one's, as after a retry. Raises McpError."""
        results: list[dict[str, Any] | McpError] = []
        await self._inbound.ask(delivery, self._url, partial(self._send, results), PATIENCE)
        last = results[-1] if results else http_error()
        if isinstance(last, McpError):
            raise last
        return last

    def request(self, method: str, params: dict[str, Any]) -> bytes:
        """The body of the next request on this line."""
        self._asked += 1
        return message(self._asked, method, params)

    async def close(self, headers: Headers) -> None:
        """End the session, if the server is quick about it."""
        try:
            async with asyncio.timeout(_FAREWELL):
                await self._client.close(headers)
        except TimeoutError:
            pass

    async def _send(self, results: list[dict[str, Any] | McpError], body: bytes, headers: Headers) -> int | None:
        try:
            await self._client.open(headers)
            results.append(await self._client.ask(body, headers))
        except McpError as error:
            results.append(error)
        return self._client.status
