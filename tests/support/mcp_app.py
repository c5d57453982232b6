"""An application with tools that the platform calls: a real MCP server on loopback, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from support.mcp_servers import http_app, new_server
from support.proxies import wait_until

TOKEN = "mcp-token-for-tests"


@dataclass
class McpApp:
    """The application. ``runs`` says which tool ran, and on what; ``asked`` has the headers of each request."""

    url: str = ""
    runs: list[tuple[str, str]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    def ran(self, tool: str) -> list[str]:
        """What a tool ran on."""
        return [reason for name, reason in self.runs if name == tool]

    def server(self, names: tuple[str, ...]) -> Any:
        """Tools that all do the same under different names; ``broken`` fails."""
        made = new_server("shop")
        for name in names:
            made.add_tool(self._tool(name), name=name)
        return made

    def _tool(self, name: str) -> Callable[..., str]:
        def refund(reason: str, parcel: int = 1) -> str:
            """Refund the postage of a parcel."""
            self.runs.append((name, reason))
            if name == "broken":
                raise ValueError("the till is empty")
            return f"refunded for {reason}"

        return refund

    def guarded(self, app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """The server behind a door that admits who knows the token."""

        async def door(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                headers = {name.decode(): value.decode() for name, value in scope["headers"]}
                self.asked.append(headers)
                if headers.get("authorization") != f"Bearer {TOKEN}":
                    await send({"type": "http.response.start", "status": 401, "headers": []})
                    await send({"type": "http.response.body", "body": b""})
                    return
            await app(scope, receive, send)

        return door


@contextmanager
def mcp_app(*tools: str, json: bool = True) -> Iterator[McpApp]:
    """An application with these tools, that runs until the end."""
    app = McpApp()
    config = uvicorn.Config(
        app.guarded(http_app(app.server(tools), json)), host="127.0.0.1", port=0, log_level="warning", ws="none"
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
