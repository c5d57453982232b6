"""MCP servers of the official package, whatever its version. For applications: nothing of brownout is needed."""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Any

OLD = int(version("mcp").partition(".")[0]) < 2


def new_server(name: str) -> Any:
    """A server of the official package, which calls it differently since its version 2."""
    found = importlib.import_module("mcp.server.fastmcp" if OLD else "mcp.server.mcpserver")
    return (found.FastMCP if OLD else found.MCPServer)(name, log_level="WARNING")


def http_app(server: Any, json: bool = True) -> Any:
    """The server over streamable HTTP at ``/mcp``; it answers with JSON, or with streams of events."""
    if not OLD:
        return server.streamable_http_app(json_response=json)
    server.settings.json_response = json
    return server.streamable_http_app()
