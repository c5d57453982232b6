"""What OpenAI asks of the application's MCP servers before a response is said."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import aiohttp

from brownout.chance import uniform
from brownout.dialects.openai import mcp
from brownout.dialects.openai import responses as openai_responses
from brownout.dialects.openai.builtin_tools import RESULTS
from brownout.dialects.openai.items import Item
from brownout.dialects.openai.tools import forced_tool
from brownout.dialects.reading import string
from brownout.exchange import Call, Callback, Listed, Used
from brownout.standin.answers import echo
from brownout.standin.callbacks import Line, is_loopback
from brownout.standin.delivery import Delivery
from brownout.standin.example import example
from brownout.standin.inbound import Inbound
from brownout.standin.mcp_client import McpError, http_error
from brownout.standin.openai.history import OpenAIHistory
from brownout.standin.tool_use import may_use
from brownout.tool_use import ToolUse

Offered = tuple[mcp.Server, Mapping[str, Any]]


class OpenAICallbacks:
    """Lists the tools of the servers that a response declares, and calls one of them, chosen by hash."""

    def __init__(self, seed: int, history: OpenAIHistory, inbound: Inbound, tools: ToolUse | None = None) -> None:
        self._seed, self._history, self._inbound, self._tools = seed, history, inbound, tools
        self._refused: set[str] = set()

    def wanted(self, call: Call) -> bool:
        """Whether a call is for a new response with an MCP server."""
        creates = call.request.method == "POST" and openai_responses.stored_id(call) is None
        return call.service == "openai.responses" and creates and bool(mcp.servers(call))

    async def made(self, call: Call) -> AsyncGenerator[tuple[Callback, ...], None]:
        """All callbacks so far, each time that there is news. The last of them is open until the final time."""
        context, offered, known = self._history.context(call), list[Offered](), list[Callback]()
        async with AsyncExitStack() as stack:
            limit = aiohttp.ClientTimeout(total=None)
            http = await stack.enter_async_context(aiohttp.ClientSession(timeout=limit))
            lines: dict[str, Line] = {}
            for server in mcp.servers(call):
                if server.url and is_loopback(server.url):
                    lines[server.label] = line = Line(self._inbound, http, server.url)
                    stack.push_async_callback(line.close, server.headers)
                if (tools := _listed(context, server.label)) is None:
                    yield (*known, Listed(server.label, open=True))
                    known.append(listed := await self._list(call, server, lines.get(server.label)))
                    if listed.error:
                        break
                    tools = [*listed.tools]
                offered += [(server, tool) for tool in tools]
            else:
                async for use in self._using(call, context, offered, lines):
                    yield (*known, use)
                    if not use.open:
                        return
            yield tuple(known)

    async def _using(
        self, call: Call, context: list[Item], offered: list[Offered], lines: Mapping[str, Line]
    ) -> AsyncGenerator[Used, None]:
        """The use of a tool, before and after; nothing where none is used."""
        use = _approved(call, context) or self._wish(call, offered)
        if use is None:
            return
        yield use
        if use.open:
            server = next(server for server in mcp.servers(call) if server.label == use.server)
            yield await self._use(call, server, lines.get(use.server), use)

    async def _list(self, call: Call, server: mcp.Server, line: Line | None) -> Listed:
        try:
            result = await self._ask(server, line, "tools/list", {}, call.text)
        except McpError as error:
            return Listed(server.label, error=mcp.list_error(server.label, error.status), status=error.status)
        given = result.get("tools")
        tools = [tool for tool in given if isinstance(tool, dict)] if isinstance(given, list) else []
        return Listed(server.label, tuple(tool for tool in tools if server.allowed.takes(tool)))

    async def _use(self, call: Call, server: mcp.Server, line: Line | None, use: Used) -> Used:
        params = {"name": use.tool, "arguments": json.loads(use.arguments)}
        try:
            result = await self._ask(server, line, "tools/call", params, f"{use.arguments} {call.text}")
        except McpError as error:
            return replace(use, open=False, error=error.error)
        content = result.get("content")
        if result.get("isError") is True:
            return replace(use, open=False, error={"type": "mcp_tool_execution_error", "content": content})
        parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
        return replace(use, open=False, output="\n".join(str(part["text"]) for part in parts if "text" in part))

    async def _ask(
        self, server: mcp.Server, line: Line | None, method: str, params: dict[str, Any], about: str
    ) -> dict[str, Any]:
        if line is None:
            self._note(server)
            raise http_error()
        body = line.request(method, params)
        event = f"{method} {params['name']}" if params else method
        return await line.ask(
            Delivery(mcp.SERVICE, event, about, body, lambda second, signature: server.credentials(signature))
        )

    def _note(self, server: mcp.Server) -> None:
        where = server.url or "one of OpenAI's connectors"
        if where not in self._refused and len(self._refused) < 100:
            self._refused.add(where)
            self._inbound.note(
                f"the MCP server {server.label!r} is not on this machine, and was not called; the stand-in calls "
                "http://127.0.0.1, http://[::1] and http://localhost only"
            )

    def _wish(self, call: Call, offered: list[Offered]) -> Used | None:
        """The tool that the model wants to call: every turn one, unless the caller leaves it another way or none."""
        named = [pair for pair in offered if may_use(self._tools, str(pair[1].get("name")))]
        chosen = [pair for pair in named if _may(call, *pair)]
        if not chosen or _had_result(call):
            return None
        server, tool = chosen[int(uniform(self._seed, "tool", call.text) * len(chosen))]
        schema = tool.get("inputSchema")
        arguments = example(schema, echo(call)) if isinstance(schema, dict) and schema else {}
        asks = server.needs_approval(tool)
        made = json.dumps(arguments if isinstance(arguments, dict) else {}, ensure_ascii=False)
        return Used(server.label, str(tool.get("name")), made, asks=asks, open=not asks)


def _listed(context: list[Item], label: str) -> list[Mapping[str, Any]] | None:
    """The tools of a server that were listed before in the same history: it is not asked again."""
    for item in reversed(context):
        if item.get("type") == "mcp_list_tools" and item.get("server_label") == label and not item.get("error"):
            tools = item.get("tools")
            return [mcp.described(tool) for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
    return None


def _given(call: Call) -> list[dict[str, Any]]:
    given = call.body.get("input")
    return [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def _approved(call: Call, context: list[Item]) -> Used | None:
    """What the caller allows with this call, of what they were asked."""
    allowed = {item.get("approval_request_id") for item in _given(call) if item.get("approve") is True}
    labels = {server.label for server in mcp.servers(call)}
    for item in context:
        if item.get("type") == "mcp_approval_request" and item["id"] in allowed and item.get("server_label") in labels:
            arguments = string(item.get("arguments")) or "{}"
            return Used(item["server_label"], str(item.get("name")), arguments, approval=item["id"], open=True)
    return None


def _had_result(call: Call) -> bool:
    """Whether the latest thing said is what came of a tool, or an answer to the question for approval."""
    given = _given(call)
    return bool(given) and given[-1].get("type") in (*RESULTS, "mcp_approval_response")


def _may(call: Call, server: mcp.Server, tool: Mapping[str, Any]) -> bool:
    """Whether ``tool_choice`` leaves this tool to the model."""
    choice = call.body.get("tool_choice", "auto")
    if not isinstance(choice, dict):
        return choice == "auto" or (choice == "required" and forced_tool(call.body) is None)
    if choice.get("type") == "allowed_tools":
        return True
    return (
        choice.get("type") == "mcp"
        and choice.get("server_label") == server.label
        and choice.get("name") in (None, tool.get("name"))
    )
