"""The tools that a call offers to the model, in whatever form its platform has for them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brownout.exchange import Call

_NESTED = ("function", "toolSpec", "functionDeclarations", "function_declarations", "tools")


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        if isinstance(value.get("name"), str):
            yield value["name"]
        for key in _NESTED:
            if isinstance(value.get(key), list | dict):
                yield from _names(value[key])


def offered(call: Call) -> list[str]:
    """Names of the tools that a call offers to the model, in whatever form its platform has for them."""
    try:
        return list(_names([call.body.get(key) for key in ("tools", "functions", "toolConfig")]))
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
