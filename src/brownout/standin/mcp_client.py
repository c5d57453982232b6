"""A client of one MCP server, by streamable HTTP: https://modelcontextprotocol.io/specification/2025-06-18/basic/transports.

It is as patient as whoever calls it, follows no redirect and knows no proxy.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp

from brownout.exchange import Headers
from brownout.wire.framing import SseCutter

VERSION = "2025-06-18"
NAME = "openai-mcp"
"""What OpenAI's client is called, in ``clientInfo`` and in ``User-Agent``."""
_ACCEPT = "application/json, text/event-stream"
_UNKNOWN = "An unknown error occurred while executing the tool."
UNREACHED = 424
"""The status that stands for a server that gave none."""


class McpError(Exception):
    """What an MCP server says instead of a result, in OpenAI's form; ``status`` is that of its HTTP answer, or 424."""

    def __init__(self, error: dict[str, Any], status: int = UNREACHED) -> None:
        super().__init__(error.get("message", ""))
        self.error, self.status = error, status


def http_error(status: int = UNREACHED) -> McpError:
    """An answer with a bad status, or none."""
    return McpError({"type": "http_error", "code": status, "message": _UNKNOWN}, status)


def _protocol_error(code: int, message: str, status: int = UNREACHED) -> McpError:
    return McpError({"type": "mcp_protocol_error", "code": code, "message": message}, status)


def message(id: int | None, method: str, params: dict[str, Any] | None = None) -> bytes:
    """A JSON-RPC request; without an id a notification."""
    numbered = {} if id is None else {"id": id}
    given = {} if params is None else {"params": params}
    return json.dumps({"jsonrpc": "2.0", **numbered, "method": method, **given}, ensure_ascii=False).encode()


class McpClient:
    """One session. ``status`` is that of the latest answer."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url
        self._session: dict[str, str] = {}
        self._opened = False
        self.status: int | None = None

    async def open(self, headers: Headers) -> None:
        """Begin the session, unless it has begun. Raises McpError."""
        if self._opened:
            return
        client = {"name": NAME, "version": "1.0.0"}
        asked = {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": client}
        result = await self.ask(message(0, "initialize", asked), headers)
        spoken = result.get("protocolVersion")
        self._session["mcp-protocol-version"] = spoken if isinstance(spoken, str) else VERSION
        await self.ask(message(None, "notifications/initialized"), headers)
        self._opened = True

    async def ask(self, body: bytes, headers: Headers) -> dict[str, Any]:
        """The result of a request; nothing for a notification. Raises McpError."""
        self.status = None
        fixed = {"accept": _ACCEPT, "content-type": "application/json", "user-agent": f"{NAME}/1.0.0"}
        sent = {**dict(headers), **fixed, **self._session}
        try:
            asked = self._http.post(self._url, data=body, headers=sent, allow_redirects=False)
            async with asked as response:
                self.status = response.status
                return await self._result(response, json.loads(body).get("id"))
        except (aiohttp.ClientError, OSError, RecursionError, ValueError):
            raise http_error(self.status if self.status and self.status >= 400 else UNREACHED) from None

    async def close(self, headers: Headers) -> None:
        """End the session; a server that does not like that is left alone."""
        if "mcp-session-id" not in self._session:
            return
        with contextlib.suppress(aiohttp.ClientError, OSError):
            sent = {**dict(headers), "user-agent": f"{NAME}/1.0.0", **self._session}
            async with self._http.delete(self._url, headers=sent, allow_redirects=False):
                pass

    async def _result(self, response: aiohttp.ClientResponse, id: int | None) -> dict[str, Any]:
        if response.status == 404 and "mcp-session-id" in self._session:
            raise _protocol_error(32600, "Session terminated", 404)
        if not 200 <= response.status < 300:
            raise http_error(response.status)
        if session := response.headers.get("mcp-session-id"):
            self._session["mcp-session-id"] = session
        if id is None:
            return {}
        async for message in _messages(response):
            if message.get("id") == id and ("result" in message or "error" in message):
                return _told(message)
        raise http_error()


async def _messages(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """The JSON-RPC messages of an answer: one, or a stream of them."""
    if response.content_type != "text/event-stream":
        message = json.loads(await response.read())
        if isinstance(message, dict):
            yield message
        return
    cutter = SseCutter()
    async for piece in response.content.iter_any():
        for event in cutter.feed(piece):
            for message in _data(event):
                yield message


def _data(event: bytes) -> Iterator[dict[str, Any]]:
    lines = event.decode("utf-8", "replace").splitlines()
    data = "\n".join(line[5:].removeprefix(" ") for line in lines if line.startswith("data:"))
    if data.strip():
        message = json.loads(data)
        if isinstance(message, dict):
            yield message


def _told(message: dict[str, Any]) -> dict[str, Any]:
    if "error" in message:
        error = message["error"] if isinstance(message["error"], dict) else {}
        code = error.get("code")
        raise _protocol_error(code if isinstance(code, int) else -32603, str(error.get("message", "")))
    result = message["result"]
    return result if isinstance(result, dict) else {}
