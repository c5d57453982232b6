"""What the faults share that make an answer up: who can show one, what was offered, and which head belongs to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from brownout.exchange import Call, Headers, Reply

CUT_JSON = '{"answer": "Your parcel is on its way", "confidence": 0.93, "items": [{"id": 1, "name": "blue umb'
"""JSON that ends in the middle."""
# Parts of platforms that take messages too, but answer nothing in words, or not at once.
_SILENT = ("assistants", "async", "batches", "conversations", "files", "other", "realtime", "search")
_NESTED = ("function", "toolSpec", "functionDeclarations", "function_declarations", "tools")


def talks(call: Call) -> bool:
    """Whether the platform answers this call in words: not a list, a vector, a picture or a number of tokens."""
    path = call.request.path.rstrip("/").lower()
    asks = call.request.method == "POST" and (bool(call.turns) or call.part == "fim")
    return asks and call.part not in _SILENT and not path.endswith("tokens")


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


def retyped(headers: Headers, content_type: str) -> Headers:
    """These headers with another content type, and without a length."""
    kept = tuple(header for header in headers if header[0].lower() not in ("content-type", "content-length"))
    return (("content-type", content_type), *kept)


def content_type(headers: Headers) -> str:
    """The content type, or nothing."""
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def one_event(headers: Headers, value: Any) -> bytes:
    """JSON as one event of the framing that these headers promise; bare where that is no text."""
    data = json.dumps(value, ensure_ascii=False).encode()
    if content_type(headers).startswith("text/event-stream"):
        return b"data: " + data + b"\n\n"
    return data + b"\n" if "json" in content_type(headers) else data


def page(status: int, title: str, *more: tuple[str, str]) -> Reply:
    """A short page as web servers in front of a platform send it."""
    lines = (
        "<html>",
        f"<head><title>{status} {title}</title></head>",
        "<body>",
        f"<center><h1>{status} {title}</h1></center>",
        "<hr><center>nginx</center>",
        "</body>",
        "</html>",
        "",
    )
    return Reply(status, (("server", "nginx"), ("content-type", "text/html"), *more), "\r\n".join(lines).encode())
