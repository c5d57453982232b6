"""An application with tools that the platform calls: a real MCP server on loopback, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from support.proxies import wait_until

TOKEN = "mcp-token-for-tests"


def new_server(name: str) -> Any:
    """A server of the official package, which calls it differently since its version 2."""
    try:
        from mcp.server.fastmcp import FastMCP
    except ImportError:
        from mcp.server.mcpserver import MCPServer

        return MCPServer(name)
    return FastMCP(name)


def http_app(server: Any, json: bool) -> Any:
    """The server over streamable HTTP at ``/mcp``; it answers with JSON, or with streams of events."""
    if hasattr(server.settings, "json_response"):
        server.settings.json_response = json
        return server.streamable_http_app()
    return server.streamable_http_app(json_response=json)


@dataclass
class McpApp:
    """The application. ``runs`` is what its tool was called with; ``asked`` the methods and headers that came."""

    url: str = ""
    runs: list[str] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    knows: str | None = None
    fails: bool = False

    def server(self) -> Any:
        """Its tools."""
        made = new_server("shop")

        @made.tool()
        def refund(reason: str, parcel: int = 1) -> str:
            """Refund the postage of a parcel."""
            self.runs.append(reason)
            if self.fails:
                raise ValueError("the till is empty")
            return f"refund {len(self.runs)} for {reason}"

        @made.tool()
        def stock(parcel: int) -> str:
            """How many parcels there are."""
            return "4 parcels"

        return made

    def guarded(self, app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """The server behind a door: it keeps what came, and admits who knows the token, where there is one."""

        async def door(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                headers = {name.decode(): value.decode() for name, value in scope["headers"]}
                self.asked.append((scope["method"], headers))
                if self.knows is not None and headers.get("authorization") != f"Bearer {self.knows}":
                    await send({"type": "http.response.start", "status": 401, "headers": []})
                    await send({"type": "http.response.body", "body": b""})
                    return
            await app(scope, receive, send)

        return door


@contextmanager
def mcp_app(json: bool = True, knows: str | None = None) -> Iterator[McpApp]:
    """An application that runs until the end."""
    app = McpApp(knows=knows)
    config = uvicorn.Config(
        app.guarded(http_app(app.server(), json)), host="127.0.0.1", port=0, log_level="warning", lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        port = wait_until(lambda: server.started and server.servers[0].sockets[0].getsockname()[1])
        app.url = f"http://127.0.0.1:{port}/mcp"
        yield app
    finally:
        server.should_exit = True
        thread.join(30)
