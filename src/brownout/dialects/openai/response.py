"""The response object: what a Responses call gives back, in progress and finished. Pure.

https://platform.openai.com/docs/api-reference/responses/object
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai import errors as openai_errors
from brownout.dialects.openai import items as openai_items
from brownout.dialects.openai import mcp as openai_mcp
from brownout.dialects.openai.builtin_tools import REASONING_TOKENS, before_message, citations
from brownout.dialects.openai.error import Error
from brownout.dialects.openai.told import Told
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call

INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


def _given(call: Call, name: str, kind: type | tuple[type, ...], default: Any) -> Any:
    """A setting of the request, echoed where it has the right type."""
    value = call.body.get(name)
    return value if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool) else default


def response(call: Call, id: str, created: int, model: str | None = None) -> dict[str, Any]:
    """A response that has said nothing yet; ``model`` where it is not the one that was asked."""
    conversation = openai_errors.conversation_id(call)
    return {
        "id": f"resp_{id}",
        "object": "response",
        "created_at": created,
        "status": "in_progress",
        "background": _given(call, "background", bool, False),
        "billing": {"payer": "developer"},
        "completed_at": None,
        **({"conversation": {"id": conversation}} if conversation else {}),
        "error": None,
        "frequency_penalty": 0.0,
        "incomplete_details": None,
        "instructions": _given(call, "instructions", str, None),
        "max_output_tokens": _given(call, "max_output_tokens", int, None),
        "max_tool_calls": None,
        "model": model or call.model or "gpt-4o-mini",
        "output": [],
        "parallel_tool_calls": _given(call, "parallel_tool_calls", bool, True),
        "presence_penalty": 0.0,
        "previous_response_id": _given(call, "previous_response_id", str, None),
        "prompt_cache_key": _given(call, "prompt_cache_key", str, None),
        "prompt_cache_retention": None,
        "reasoning": {"effort": None, "summary": None} | _given(call, "reasoning", dict, {}),
        "safety_identifier": _given(call, "safety_identifier", str, None),
        "service_tier": "default",
        "store": _given(call, "store", bool, True),
        "temperature": _given(call, "temperature", (int, float), 1.0),
        "text": {"format": {"type": "text"}, "verbosity": "medium"} | _given(call, "text", dict, {}),
        "tool_choice": _given(call, "tool_choice", (str, dict), "auto"),
        "tools": [openai_mcp.shown(tool) for tool in _given(call, "tools", list, [])],
        "top_logprobs": 0,
        "top_p": _given(call, "top_p", (int, float), 1.0),
        "truncation": _given(call, "truncation", str, "disabled"),
        "usage": None,
        "user": string(call.body.get("user")),
        "metadata": _given(call, "metadata", dict, {}),
    }


def in_progress(call: Call, answer: Answer) -> dict[str, Any]:
    """The response as the first events show it."""
    return response(call, answer.id, answer.created, answer.model)


def queued(call: Call, answer: Answer) -> dict[str, Any]:
    """The response as a call answers that does not wait for it."""
    return in_progress(call, answer) | {"status": "queued"}


def part(answer: Answer, text: str) -> dict[str, Any]:
    """The content part of a message: words, or the refusal of any."""
    return {"type": "refusal", "refusal": text} if answer.finish == "refusal" else openai_items.output_text(text)


def output_item(call: Call, answer: Answer) -> dict[str, Any]:
    """What the model did: a message, or the call of a tool it was forced to call."""
    if answer.tool:
        return {
            "id": f"fc_{answer.id}",
            "type": "function_call",
            "status": "completed",
            "arguments": answer.text,
            "call_id": f"call_{openai.digest('call', answer.id, size=12)}",
            "name": answer.tool,
        }
    status = "incomplete" if answer.finish in INCOMPLETE else "completed"
    content = [part(answer, answer.text)] if answer.pieces else []
    return openai_items.message(f"msg_{answer.id}", "assistant", content, status)


def output(call: Call, answer: Answer) -> list[dict[str, Any]]:
    """All that the model did, in order: thinking, tools of the platform's own, and then what it says."""
    (lists, calls), last = openai_mcp.items(answer), output_item(call, answer)
    before = [*lists, *before_message(call, answer), *calls]
    if before and before[-1]["type"] in ("computer_call", "mcp_approval_request"):
        return before  # the caller is to act before anything is said
    if last["type"] == "message" and last["content"] and answer.finish != "refusal":
        last["content"][0]["annotations"] = citations(before, answer.text)
    return [*before, last]


def _usage(answer: Answer, reasoning: int = 0) -> dict[str, Any]:
    return {
        "input_tokens": answer.input_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": answer.output_tokens + reasoning,
        "output_tokens_details": {"reasoning_tokens": reasoning},
        "total_tokens": answer.input_tokens + answer.output_tokens + reasoning,
    }


def finished(call: Call, answer: Answer) -> dict[str, Any]:
    """The response when it is over: ``completed``, ``incomplete`` with the reason, or ``failed`` for want of tools."""
    if error := openai_mcp.error_of(answer):
        return failed(call, answer, error)
    reason = INCOMPLETE.get(answer.finish)
    items = output(call, answer)
    return in_progress(call, answer) | {
        "status": "incomplete" if reason else "completed",
        "completed_at": None if reason else answer.created + 1,
        "incomplete_details": {"reason": reason} if reason else None,
        "output": items,
        "usage": _usage(answer, REASONING_TOKENS if any(item["type"] == "reasoning" for item in items) else 0),
    }


def failed(call: Call, answer: Answer, error: Error) -> dict[str, Any]:
    """The response when a server's tools could not be listed."""
    lists, _ = openai_mcp.items(answer)
    short = {"code": error.code, "message": error.message}
    return in_progress(call, answer) | {"status": "failed", "error": short, "output": lists}


def stopped(call: Call, answer: Answer, so_far: Told) -> dict[str, Any]:
    """A response that the platform ended early, with what it had said by then."""
    cut = replace(answer, pieces=("",) * so_far.tokens)
    thought = any(item.get("type") == "reasoning" for item in so_far.output)
    return (
        in_progress(call, answer)
        | so_far.response
        | {
            "status": "incomplete",
            "incomplete_details": {"reason": INCOMPLETE.get(answer.finish, "content_filter")},
            "output": so_far.output,
            "usage": _usage(cut, REASONING_TOKENS if thought else 0),
        }
    )
