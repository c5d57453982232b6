"""Tools on an MCP server of the application's: how a response declares, lists, asks for and shows them. Pure.

https://platform.openai.com/docs/guides/tools-connectors-mcp
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from brownout.dialects.openai import common as openai
from brownout.dialects.openai.error import Error
from brownout.dialects.openai.items import Item
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Headers, Listed, Reply, Request, Used

SERVICE = "openai.mcp"
REDACTED = "<redacted>"
ENDS = frozenset(
    f"response.mcp_{what}" for what in ("call.completed", "call.failed", "list_tools.completed", "list_tools.failed")
)
"""The events that say how a callback went."""
_SECRETS = ("authorization", "key", "secret", "token")


@dataclass(frozen=True)
class Filter:
    """Chooses tools of a server by ``names``, and by ``reads``: whether they only read. With neither it takes all."""

    names: tuple[str, ...] | None = None
    reads: bool | None = None

    def takes(self, tool: Mapping[str, Any]) -> bool:
        """Whether the filter takes this tool, which is as the server describes it."""
        notes = tool.get("annotations")
        reads = isinstance(notes, dict) and notes.get("readOnlyHint") is True
        return (self.names is None or tool.get("name") in self.names) and self.reads in (None, reads)


@dataclass(frozen=True)
class Server:
    """An MCP server that a call declares. ``url`` is None for one of OpenAI's connectors.

    ``free`` are the tools that need no approval; those in ``bound`` need one even so. ``allowed`` are those that the
    model may call.
    """

    label: str
    url: str | None
    headers: Headers
    allowed: Filter
    free: Filter | None
    bound: Filter | None

    def needs_approval(self, tool: Mapping[str, Any]) -> bool:
        """Whether the platform asks the caller before it calls this tool. It does unless ``free`` takes the tool."""
        if self.free is not None and self.free.takes(tool):
            return self.bound is not None and self.bound.takes(tool)
        return True

    def credentials(self, signature: str) -> Headers:
        """The headers of a request to the server: ``wrong`` changes the secrets, ``missing`` drops them."""
        if signature == "good":
            return self.headers
        plain = tuple(header for header in self.headers if not _secret(header[0]))
        wrong = tuple((name, _wrong(name)) for name, _ in self.headers if _secret(name))
        return plain if signature == "missing" else (*plain, *wrong)


def _secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRETS)


def _wrong(name: str) -> str:
    scheme = "Bearer " if name.lower() == "authorization" else ""
    return f"{scheme}not-the-secret-of-this-application"


def _filter(given: Any) -> Filter:
    """The tools that are allowed: a list of names, or ``{tool_names, read_only}``."""
    if isinstance(given, list):
        return Filter(tuple(name for name in given if isinstance(name, str)))
    if not isinstance(given, dict):
        return Filter()
    names, reads = given.get("tool_names"), given.get("read_only")
    named = tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else None
    return Filter(named, reads if isinstance(reads, bool) else None)


def _server(declared: Mapping[str, Any]) -> Server | None:
    label = string(declared.get("server_label"))
    if declared.get("type") != "mcp" or label is None:
        return None
    given, token = declared.get("headers"), string(declared.get("authorization"))
    named = given.items() if isinstance(given, dict) else ()
    headers = tuple((str(name), value) for name, value in named if isinstance(value, str))
    if token:
        headers = (*headers, ("authorization", f"Bearer {token}"))
    asks = declared.get("require_approval")
    free = Filter() if asks == "never" else None
    bound = None
    if isinstance(asks, dict):
        free, bound = (_filter(asks[name]) if name in asks else None for name in ("never", "always"))
    allowed = _filter(declared.get("allowed_tools"))
    return Server(label, string(declared.get("server_url")), headers, allowed, free, bound)


def servers(call: Call) -> tuple[Server, ...]:
    """The MCP servers that a call declares, in order."""
    declared = call.body.get("tools")
    tools = declared if isinstance(declared, list) else []
    return tuple(server for tool in tools if isinstance(tool, dict) and (server := _server(tool)))


def shown(tool: Any) -> Any:
    """A declared tool as the response repeats it. The label of a server stays; its secrets are redacted."""
    if not isinstance(tool, dict) or tool.get("type") != "mcp":
        return tool
    made = {"allowed_tools": None, "headers": None, "require_approval": "always", "server_description": None, **tool}
    if isinstance(made["headers"], dict):
        made["headers"] = dict.fromkeys(made["headers"], REDACTED)
    if made.get("authorization"):
        made["authorization"] = REDACTED
    if url := string(made.get("server_url")):
        there = urlsplit(url)
        made["server_url"] = f"{there.scheme}://{there.netloc.rpartition('@')[2]}/{REDACTED}"
    return made


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    notes = tool.get("annotations")
    return {
        "annotations": {"read_only": notes.get("readOnlyHint") is True} if isinstance(notes, dict) else None,
        "description": tool.get("description"),
        "input_schema": tool.get("inputSchema"),
        "name": tool.get("name"),
    }


def _listed(id: str, listed: Listed) -> Item:
    made = {"id": f"mcpl_{id}", "type": "mcp_list_tools", "server_label": listed.server}
    return {**made, "error": listed.error, "tools": [_tool(tool) for tool in listed.tools]}


def described(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool from an earlier list of tools, in the form in which its server described it."""
    notes = tool.get("annotations")
    reads = {"annotations": {"readOnlyHint": notes.get("read_only")}} if isinstance(notes, dict) else {}
    return {"name": tool.get("name"), "inputSchema": tool.get("input_schema"), **reads}


def _used(id: str, used: Used) -> Item:
    made = {"arguments": used.arguments, "name": used.tool, "server_label": used.server}
    if used.asks:
        return {"id": f"mcpr_{id}", "type": "mcp_approval_request", **made}
    status = "failed" if used.error else "completed"
    result = {"approval_request_id": used.approval, "error": used.error and dict(used.error), "output": used.output}
    return {"id": f"mcp_{id}", "type": "mcp_call", "status": status, **made, **result}


def items(answer: Answer) -> tuple[list[Item], list[Item]]:
    """The items that an answer shows for its callbacks: the lists of tools, and the calls."""
    lists: list[Item] = []
    calls: list[Item] = []
    for index, callback in enumerate(answer.callbacks):
        id = openai.digest("mcp", answer.id, str(index), size=16)
        if isinstance(callback, Listed):
            lists.append(_listed(id, callback))
        else:
            calls.append(_used(id, callback))
    return lists, calls


def waiting(answer: Answer, output: list[Item]) -> int | None:
    """The index of the item that the platform is still waiting for; None where it waits for none."""
    places = [index for index, item in enumerate(output) if item["type"].startswith("mcp_")]
    return places[-1] if answer.open and places else None


def error_of(answer: Answer) -> Error | None:
    """The error of an answer for which a server did not list its tools; None where all servers did."""
    told = next((listed.error for listed in answer.callbacks if isinstance(listed, Listed) and listed.error), None)
    return Error(424, told, "external_connector_error", "http_error", "tools") if told else None


def list_error(label: str, status: int) -> str:
    """OpenAI's text for a server that did not list its tools. ``status`` is 424 where the server was not reached."""
    try:
        phrase = f" ({HTTPStatus(status).phrase})"
    except ValueError:
        phrase = ""
    return f"Error retrieving tool list from MCP server: '{label}'. Http status code: {status}{phrase}"


def failure(call: Call, answer: Answer, error: Error) -> Reply:
    """The answer to a call that is not streamed, where a callback failed."""
    return Reply(error.status, openai.headers(call, answer.id), openai.dump({"error": error.body}))


def item_events(item: Item, place: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events between the first and the last event of one item: a list of tools, or a call."""
    if item["type"] == "mcp_list_tools":
        yield "response.mcp_list_tools.in_progress", place
        yield f"response.mcp_list_tools.{'failed' if item.get('error') else 'completed'}", place
        return
    yield "response.mcp_call.in_progress", place
    yield "response.mcp_call_arguments.delta", {**place, "delta": item["arguments"], "obfuscation": ""}
    yield "response.mcp_call_arguments.done", {**place, "arguments": item["arguments"]}
    yield f"response.mcp_call.{item['status']}", place


class OpenAIMcp(openai.OpenAIDialect):
    """``openai.mcp``: requests that OpenAI sends to the application's MCP servers."""

    service = SERVICE

    def read(self, request: Request) -> Call:
        """Which method it is (as ``model``): ``tools/list``, ``tools/call NAME``."""
        return Call(self.service, request, method_of(request.json))


def method_of(message: Mapping[str, Any]) -> str | None:
    """The method of a JSON-RPC request, with the tool's name where it calls one."""
    method, given = string(message.get("method")), message.get("params")
    name = string(given.get("name")) if isinstance(given, dict) else None
    return f"{method} {name}" if method and name else method
