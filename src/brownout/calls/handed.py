"""Tools whose results a call hands back to the model, in whatever form its platform has for them. Pure.

An application that carried a tool call out says so in its next call: there stand the arguments that it took for the
model's, and what came of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from brownout.calls.halves import is_whole, texts_in
from brownout.calls.tools import schema_of
from brownout.exchange import Call

_LISTS = ("messages", "input", "contents")
_LOOKED_AT = 2_000
"""Characters of a result in which the word for an error is looked for."""
# A result that says that nothing was done: refused arguments, a failure, a user who did not agree.
_REFUSED = re.compile(
    r"(?i)erro|erreur|fehl|ungültig|unvollständig|exception|inv[aá]lid|incompl|interrupt|truncat|malformed|missing|required|reject|refus|denied|declined"
    r"|skipp|ignor|cancel|abort|fail|retry|try again|cut (?:off|short)|unable|could(?: not|n't)|can(?:not|'t)"
    r"|(?:did|was|were|is)(?: not|n't)|no such|unknown|unexpected|not (?:allowed|called|done|executed|found|run|valid)"
)


@dataclass(frozen=True)
class Handed:
    """One tool's result, handed back. ``call`` is the id that the platform gave the tool's call; empty without one.

    ``whole``: whether the arguments that stand beside it are the model's to their end; None where they do not tell.
    ``failed``: the result says that nothing was done.
    """

    tool: str
    call: str
    whole: bool | None
    failed: bool


@dataclass(frozen=True)
class _Asked:
    id: str
    tool: str
    arguments: Any


@dataclass(frozen=True)
class _Result:
    id: str
    text: str
    failed: bool


def handed_back(call: Call) -> list[Handed]:
    """What a call hands back at the end of its conversation: results of the calls that the model made last."""
    if b"tool" not in call.request.body and b"function" not in call.request.body:
        return []
    try:
        return list(_handed(call.body))
    except RecursionError:
        return []


def _handed(body: dict[str, Any]) -> Iterator[Handed]:
    asked, results = _last(next((body[key] for key in _LISTS if isinstance(body.get(key), list)), []))
    by_id = {each.id: each for each in asked if each.id}
    for place, result in enumerate(results):
        match = by_id.get(result.id) or (asked[place] if place < len(asked) and not result.id else None)
        if match is not None:
            whole = _whole(match.arguments, schema_of(body, match.tool))
            failed = result.failed or _REFUSED.search(result.text[:_LOOKED_AT]) is not None
            yield Handed(match.tool, match.id, whole, failed)


def _last(items: list[Any]) -> tuple[list[_Asked], list[_Result]]:
    """The results at the end of a conversation and the calls that they answer, in order."""
    asked: list[_Asked] = []
    results: list[_Result] = []
    for item in reversed(items):
        if not isinstance(item, dict):
            break
        last, made = list(_results(item)), list(_calls(item))
        results, asked = last + results, made + asked
        if not last and item.get("type") not in ("function_call", "reasoning"):
            break
    return asked, results


def _calls(item: dict[str, Any]) -> Iterator[_Asked]:
    """The calls of tools in one item of a conversation."""
    if item.get("type") == "function_call":
        yield _Asked(_text(item.get("call_id")), _text(item.get("name")), item.get("arguments"))
    for call in _objects(item.get("tool_calls")):
        function = call.get("function")
        if isinstance(function, dict):
            yield _Asked(_text(call.get("id")), _text(function.get("name")), function.get("arguments"))
    if isinstance(function := item.get("function_call"), dict):
        yield _Asked("", _text(function.get("name")), function.get("arguments"))
    for block in _objects(item.get("content")):
        if block.get("type") == "tool_use":
            yield _Asked(_text(block.get("id")), _text(block.get("name")), block.get("input"))
        if isinstance(use := block.get("toolUse"), dict):
            yield _Asked(_text(use.get("toolUseId")), _text(use.get("name")), use.get("input"))
    for part in _objects(item.get("parts")):
        if isinstance(use := part.get("functionCall", part.get("function_call")), dict):
            yield _Asked(_text(use.get("id")), _text(use.get("name")), use.get("args"))


def _results(item: dict[str, Any]) -> Iterator[_Result]:
    """The results of tools in one item of a conversation."""
    if item.get("role") in ("tool", "function"):
        yield _Result(_text(item.get("tool_call_id")), _words(item.get("content")), failed=False)
    if item.get("type") == "function_call_output":
        yield _Result(_text(item.get("call_id")), _words(item.get("output")), failed=False)
    for block in _objects(item.get("content")):
        if block.get("type") == "tool_result":
            failed = block.get("is_error") is True
            yield _Result(_text(block.get("tool_use_id")), _words(block.get("content")), failed)
        if isinstance(result := block.get("toolResult"), dict):
            failed = result.get("status") == "error"
            yield _Result(_text(result.get("toolUseId")), _words(result.get("content")), failed)
    for part in _objects(item.get("parts")):
        if isinstance(result := part.get("functionResponse", part.get("function_response")), dict):
            response = result.get("response")
            failed = isinstance(response, dict) and response.get("error") not in (None, "", False)
            yield _Result(_text(result.get("id")), _words(response), failed)


def _whole(arguments: Any, schema: dict[str, Any]) -> bool | None:
    """Whether arguments are whole: parsed, with all that is required, and with the end of our words."""
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except ValueError:
            return False
    if not isinstance(arguments, dict):
        return None
    properties, required = schema.get("properties"), schema.get("required")
    if isinstance(properties, dict) and isinstance(required, list) and arguments.keys() <= properties.keys():
        needed = [name for name in required if isinstance(name, str) and name in properties]
        if any(name not in arguments for name in needed):
            return False
    return is_whole(texts_in(arguments))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _text(value: Any) -> str:
    return value[:100] if isinstance(value, str) else ""


def _words(content: Any) -> str:
    return "\n".join(texts_in(content))
