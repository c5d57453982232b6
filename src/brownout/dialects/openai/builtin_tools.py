"""Tools that OpenAI runs itself in a response, and its reasoning: the items that come of them. Pure.

https://platform.openai.com/docs/guides/tools, https://platform.openai.com/docs/guides/reasoning
"""

from __future__ import annotations

import base64
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai.images import PICTURE, PNG
from brownout.dialects.openai.items import Item
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call

REASONING_TOKENS = 64
_SUMMARY = "**Thinking about the question**\n\nI look at what was asked, and then say it."
_SOURCE = "https://example.com/"
_WITHOUT = ("none", "minimal")
RESULTS = ("computer_call_output", "function_call_output", "local_shell_call_output", "custom_tool_call_output")
"""The items that hold what came of a tool."""


def _kind(type: Any) -> str | None:
    """The tool behind the several names that it has had."""
    for kind in ("web_search", "computer", "image_generation", "file_search"):
        if isinstance(type, str) and type.startswith(kind):
            return kind
    return None


def forced(call: Call) -> dict[str, Any] | None:
    """The declaration of a tool of OpenAI's own that must be used: only where ``tool_choice`` names its type.

    Never after a tool's result: an agent would go on for ever.
    """
    choice, declared, given = call.body.get("tool_choice"), call.body.get("tools"), call.body.get("input")
    kind = _kind(choice.get("type")) if isinstance(choice, dict) else None
    last = given[-1] if isinstance(given, list) and given else None
    if kind is None or not isinstance(declared, list) or (isinstance(last, dict) and last.get("type") in RESULTS):
        return None
    return next((tool for tool in declared if isinstance(tool, dict) and _kind(tool.get("type")) == kind), None)


def reasons(call: Call) -> bool:
    """Whether the model thinks before it speaks: where the caller says how much, or wants to read of it."""
    asked = call.body.get("reasoning")
    if not isinstance(asked, dict):
        return False
    effort = string(asked.get("effort"))
    return string(asked.get("summary")) is not None or (effort is not None and effort not in _WITHOUT)


def _reasoning(call: Call, answer: Answer) -> Item:
    asked, include = call.body["reasoning"], call.body.get("include")
    summary = [{"type": "summary_text", "text": _SUMMARY}] if string(asked.get("summary")) else []
    item: Item = {"id": f"rs_{answer.id}", "type": "reasoning", "summary": summary}
    if isinstance(include, list) and "reasoning.encrypted_content" in include:
        sealed = bytes.fromhex(openai.digest("reasoning", answer.id, size=48))
        item["encrypted_content"] = base64.b64encode(b"\x80" + sealed).decode()
    return item


def _computer(call: Call, answer: Answer, type: str) -> Item:
    """A screenshot; the older form of the tool has one action, the newer a list of them."""
    action = {"type": "screenshot"}
    return {
        "id": f"cu_{answer.id}",
        "type": "computer_call",
        "status": "completed",
        "call_id": f"call_{openai.digest('call', answer.id, size=12)}",
        **({"action": action} if "preview" in type else {"actions": [action]}),
        "pending_safety_checks": [],
    }


def _use(call: Call, answer: Answer, tool: dict[str, Any]) -> Item:
    kind, query = _kind(tool["type"]), call.text[:200]
    if kind == "computer":
        return _computer(call, answer, tool["type"])
    if kind == "image_generation":
        made = {"result": PNG, **PICTURE, "revised_prompt": query, "action": "generate"}
        return {"id": f"ig_{answer.id}", "type": "image_generation_call", "status": "completed", **made}
    if kind == "file_search":
        asked = {"queries": [query], "results": None}
        return {"id": f"fs_{answer.id}", "type": "file_search_call", "status": "completed", **asked}
    action = {"type": "search", "query": query, "queries": [query]}
    return {"id": f"ws_{answer.id}", "type": "web_search_call", "status": "completed", "action": action}


def before_message(call: Call, answer: Answer) -> list[Item]:
    """What the model did before it spoke; nothing where it says nothing or calls a function."""
    items = [_reasoning(call, answer)] if reasons(call) and answer.pieces else []
    tool = forced(call) if answer.pieces and answer.tool is None else None
    return [*items, _use(call, answer, tool)] if tool else items


def citations(items: list[Item], text: str) -> list[dict[str, Any]]:
    """What a message cites: after a search of the web, one page for its first sentence."""
    if not any(item["type"] == "web_search_call" for item in items):
        return []
    end = text.find(". ") + 1 or len(text)
    return [{"type": "url_citation", "start_index": 0, "end_index": end, "url": _SOURCE, "title": "Example Domain"}]
