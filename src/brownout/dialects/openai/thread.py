"""What the Assistants API is made of: assistants, threads, messages, runs and their steps. Pure.

https://platform.openai.com/docs/api-reference/assistants
"""

from __future__ import annotations

from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.reading import string, text_of
from brownout.exchange import Answer, Call, Turn

Thing = dict[str, Any]
_ENDED = ("completed", "cancelled", "expired", "failed", "incomplete")
_LIFE = 600  # seconds that a run may take


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(value: Any, default: float | None) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default


def assistant(id: str, created: int, body: dict[str, Any]) -> Thing:
    """An assistant; ``body`` is what it was created with."""
    return {
        "id": id,
        "object": "assistant",
        "created_at": created,
        "name": string(body.get("name")),
        "description": string(body.get("description")),
        "model": string(body.get("model")) or "gpt-4o",
        "instructions": string(body.get("instructions")),
        "tools": _list(body.get("tools")),
        "top_p": _number(body.get("top_p"), 1.0),
        "temperature": _number(body.get("temperature"), 1.0),
        "tool_resources": _dict(body.get("tool_resources")),
        "metadata": _dict(body.get("metadata")),
        "response_format": body.get("response_format") or "auto",
    }


def thread(id: str, created: int, body: dict[str, Any]) -> Thing:
    """A thread as the API shows it."""
    return {
        "id": id,
        "object": "thread",
        "created_at": created,
        "metadata": _dict(body.get("metadata")),
        "tool_resources": _dict(body.get("tool_resources")),
    }


def text(value: str) -> Thing:
    """A text in a message's content."""
    return {"type": "text", "text": {"value": value, "annotations": []}}


def message(id: str, created: int, thread: str, given: dict[str, Any]) -> Thing:
    """A message that the application puts into a thread."""
    return {
        "id": id,
        "object": "thread.message",
        "created_at": created,
        "assistant_id": None,
        "thread_id": thread,
        "run_id": None,
        "role": "assistant" if given.get("role") == "assistant" else "user",
        "content": [text(text_of(given.get("content")))],
        "attachments": _list(given.get("attachments")),
        "metadata": _dict(given.get("metadata")),
        "status": "completed",
    }


def said(id: str, created: int, run: Thing, words: str, status: str = "completed") -> Thing:
    """A message that a run puts into its thread."""
    made = message(id, created, run["thread_id"], {"role": "assistant"})
    content = [text(words)] if words else []
    return {**made, "assistant_id": run["assistant_id"], "run_id": run["id"], "content": content, "status": status}


def turn(message: Thing) -> Turn:
    """A message of a thread as a turn of the conversation."""
    words = "\n".join(part["text"]["value"] for part in message["content"] if part.get("type") == "text")
    return Turn(message["role"], words)


def run(call: Call, id: str, created: int, status: str, thread: str) -> Thing:
    """A run; what is asked for is in the call's body."""
    body, over = call.body, status in _ENDED
    return {
        "id": id,
        "object": "thread.run",
        "created_at": created,
        "assistant_id": string(body.get("assistant_id")) or "",
        "thread_id": thread,
        "status": status,
        "started_at": None if status == "queued" else created,
        "expires_at": None if over else created + _LIFE,
        "cancelled_at": created + 1 if status == "cancelled" else None,
        "failed_at": created + 1 if status == "failed" else None,
        "completed_at": created + 1 if status == "completed" else None,
        "required_action": None,
        "last_error": None,
        "model": string(body.get("model")) or "gpt-4o",
        "instructions": string(body.get("instructions")) or "",
        "tools": _list(body.get("tools")),
        "tool_resources": {},
        "metadata": _dict(body.get("metadata")),
        "temperature": _number(body.get("temperature"), 1.0),
        "top_p": _number(body.get("top_p"), 1.0),
        "max_completion_tokens": _number(body.get("max_completion_tokens"), None),
        "max_prompt_tokens": _number(body.get("max_prompt_tokens"), None),
        "truncation_strategy": {"type": "auto", "last_messages": None},
        "incomplete_details": None,
        "usage": None,
        "response_format": "auto",
        "tool_choice": "auto",
        "parallel_tool_calls": True,
    }


def usage(answer: Answer) -> dict[str, int]:
    """The tokens that a run has cost."""
    return {
        "prompt_tokens": answer.input_tokens,
        "completion_tokens": answer.output_tokens,
        "total_tokens": answer.input_tokens + answer.output_tokens,
    }


def step(run: Thing, message: str, status: str = "completed") -> Thing:
    """The one step of a run: writing its message."""
    return {
        "id": f"step_{openai.digest('step', run['id'], size=12)}",
        "object": "thread.run.step",
        "created_at": run["created_at"],
        "run_id": run["id"],
        "assistant_id": run["assistant_id"],
        "thread_id": run["thread_id"],
        "type": "message_creation",
        "status": status,
        "cancelled_at": run["cancelled_at"],
        "completed_at": run["completed_at"],
        "expires_at": None,
        "failed_at": run["failed_at"],
        "last_error": None,
        "step_details": {"type": "message_creation", "message_creation": {"message_id": message}},
        "usage": run["usage"],
        "metadata": {},
    }


def deleted(id: str, kind: str) -> Thing:
    """What DELETE answers; ``kind`` is ``assistant``, ``thread`` or ``thread.message``."""
    return {"id": id, "object": f"{kind}.deleted", "deleted": True}
