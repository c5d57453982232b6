"""The tools that a call offers to the model, in whatever form its platform has for them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brownout.exchange import Call

_GIVEN = ("tools", "functions", "toolConfig")
_SCHEMAS = ("parameters", "parametersJsonSchema", "input_schema", "inputSchema")
_NESTED = ("function", "toolSpec", "functionDeclarations", "function_declarations", "tools")


def offered(call: Call) -> list[str]:
    """Names of the tools that a call offers to the model, in whatever form its platform has for them."""
    try:
        return [tool["name"] for tool in _declared([call.body.get(key) for key in _GIVEN])]
    except RecursionError:
        return []


def tools(call: Call) -> list[str]:
    """What a call lets the model use, by name and by type: ``look_up``, ``web_search``, ``computer_use_preview``.

    Gemini's own tools are keys without a type (``google_search``), OpenAI's search models have options instead.
    """
    given = call.body.get("tools")
    listed = [tool for tool in given if isinstance(tool, dict)] if isinstance(given, list) else []
    types = [tool["type"] for tool in listed if isinstance(tool.get("type"), str)]
    keys = [key for tool in listed if not {"type", "name"} & tool.keys() for key in tool]
    searches = ["web_search"] if "web_search_options" in call.body else []
    return [*offered(call), *types, *keys, *searches]


def schema_of(body: dict[str, Any], name: str) -> dict[str, Any]:
    """The JSON Schema of the arguments of a tool that a body offers by this name; empty where there is none."""
    given = [body.get(key) for key in _GIVEN]
    tool: dict[str, Any] = next((tool for tool in _declared(given) if tool.get("name") == name), {})
    schema: dict[str, Any] = next((tool[key] for key in _SCHEMAS if isinstance(tool.get(key), dict)), {})
    inner = schema.get("json")
    return inner if isinstance(inner, dict) else schema


def _declared(value: Any) -> Iterator[dict[str, Any]]:
    """The declarations of tools in any platform's form: the objects with a name."""
    if isinstance(value, list):
        for item in value:
            yield from _declared(item)
    elif isinstance(value, dict):
        if isinstance(value.get("name"), str):
            yield value
        for key in _NESTED:
            yield from _declared(value.get(key))
