"""The functions that a call to OpenAI declares, and which of them it leaves to the model. Pure; nothing here raises.

https://platform.openai.com/docs/guides/function-calling, for chat (nested) and for responses (flat).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brownout.dialects.reading import string
from brownout.dialects.toolbox import AUTO, NONE, Choice, Message
from brownout.dialects.toolbox import choose as choose_from
from brownout.exchange import Tool

_MODES: dict[Any, Choice] = {None: AUTO, "auto": AUTO, "required": Choice("any"), "any": Choice("any")}
"""Mistral's word for ``required`` is ``any``."""


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _named(item: dict[str, Any]) -> str | None:
    """The function's name in a declaration, a choice or a call."""
    function = item["function"] if isinstance(item.get("function"), dict) else item
    return string(function.get("name"))


def functions(body: dict[str, Any]) -> Iterator[Tool]:
    """Functions as chat (nested) or as responses (flat) declares them."""
    for item in _objects(body.get("tools")):
        if item.get("type", "function") != "function":
            continue
        function = item["function"] if isinstance(item.get("function"), dict) else item
        schema = function.get("parameters")
        if name := _named(item):
            yield Tool(name, schema if isinstance(schema, dict) else {})


def _choice(given: Any) -> Choice:
    """What ``tool_choice`` says about functions; where it names something else, they are not called."""
    if not isinstance(given, dict):
        return _MODES.get(given, NONE) if given is None or isinstance(given, str) else NONE
    if given.get("type") == "allowed_tools":
        allowed = given["allowed_tools"] if isinstance(given.get("allowed_tools"), dict) else given
        only = tuple(name for item in _objects(allowed.get("tools")) if (name := _named(item)))
        mode = _MODES.get(string(allowed.get("mode")), NONE).mode
        return Choice(mode, only) if only else NONE
    name = _named(given)
    return Choice("any", (name,)) if name and given.get("type", "function") == "function" else NONE


def _message(item: dict[str, Any]) -> Message:
    role, kind = item.get("role"), string(item.get("type")) or ""
    if role in ("tool", "function") or kind.endswith("_output"):
        return Message(results=True)
    if role == "user":
        return Message(asks=True)
    calls = [item] if kind == "function_call" else list(_objects(item.get("tool_calls")))
    return Message(calls=tuple(name for call in calls if (name := _named(call))))


def messages(body: dict[str, Any]) -> list[Message]:
    """The messages of chat, or the items of a response, as far as tools go: from the user's latest words on."""
    given = body.get("messages", body.get("input"))
    if isinstance(given, str):
        return [Message(asks=True)]
    turn: list[Message] = []
    for item in reversed(given) if isinstance(given, list) else ():
        if isinstance(item, dict):
            turn.append(_message(item))
            if turn[-1].asks:
                break
    return turn[::-1]


def choose(body: dict[str, Any]) -> tuple[Tool | None, tuple[Tool, ...]]:
    """The function that must be called, and those that the model may call."""
    return choose_from(functions(body), _choice(body.get("tool_choice")), messages(body))


def forced_tool(body: dict[str, Any]) -> Tool | None:
    """The function that must be called: only where ``tool_choice`` leaves no other way."""
    return choose(body)[0]
