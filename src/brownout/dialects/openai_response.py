"""The response object: what a Responses call gives back, in progress and finished. Pure.

https://platform.openai.com/docs/api-reference/responses/object
"""

from __future__ import annotations

from typing import Any

from brownout.dialects import openai, openai_errors, openai_items
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


def _given(call: Call, name: str, kind: type | tuple[type, ...], default: Any) -> Any:
    """A setting of the request, echoed where it has the right type."""
    value = call.body.get(name)
    return value if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool) else default


def response(call: Call, id: str, created: int) -> dict[str, Any]:
    """A response that has said nothing yet."""
    conversation = openai_errors.conversation_id(call)
    return {
        "id": f"resp_{id}",
        "object": "response",
        "created_at": created,
        "status": "in_progress",
        "background": False,
        "billing": {"payer": "developer"},
        "completed_at": None,
        **({"conversation": {"id": conversation}} if conversation else {}),
        "error": None,
        "frequency_penalty": 0.0,
        "incomplete_details": None,
        "instructions": _given(call, "instructions", str, None),
        "max_output_tokens": _given(call, "max_output_tokens", int, None),
        "max_tool_calls": None,
        "model": call.model or "gpt-4o-mini",
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
        "tools": _given(call, "tools", list, []),
        "top_logprobs": 0,
        "top_p": _given(call, "top_p", (int, float), 1.0),
        "truncation": _given(call, "truncation", str, "disabled"),
        "usage": None,
        "user": string(call.body.get("user")),
        "metadata": _given(call, "metadata", dict, {}),
    }


def in_progress(call: Call, answer: Answer) -> dict[str, Any]:
    """The response as the first events show it."""
    return response(call, answer.id, answer.created)


def output_item(call: Call, answer: Answer) -> dict[str, Any]:
    """What the model did: a message, or the call of a tool it was forced to call."""
    tool = openai.forced_tool(call.body) if answer.finish == "tool_calls" else None
    if tool:
        return {
            "id": f"fc_{answer.id}",
            "type": "function_call",
            "status": "completed",
            "arguments": answer.text,
            "call_id": f"call_{openai.digest('call', answer.id, size=12)}",
            "name": tool.name,
        }
    status = "incomplete" if answer.finish in _INCOMPLETE else "completed"
    content = [openai_items.output_text(answer.text)] if answer.pieces else []
    return openai_items.message(f"msg_{answer.id}", "assistant", content, status)


def _usage(answer: Answer) -> dict[str, Any]:
    return {
        "input_tokens": answer.input_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": answer.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": answer.input_tokens + answer.output_tokens,
    }


def finished(call: Call, answer: Answer) -> dict[str, Any]:
    """The response when it is over: ``completed``, or ``incomplete`` with the reason."""
    reason = _INCOMPLETE.get(answer.finish)
    return in_progress(call, answer) | {
        "status": "incomplete" if reason else "completed",
        "completed_at": None if reason else answer.created + 1,
        "incomplete_details": {"reason": reason} if reason else None,
        "output": [output_item(call, answer)],
        "usage": _usage(answer),
    }
