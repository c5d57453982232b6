"""Responses that nobody waits for: queued, in progress, completed, a stage at every look."""

from __future__ import annotations

from typing import Any

from brownout.exchange import Answer, Call
from brownout.standin.fate import error_of, fate_of
from brownout.standin.state import StoredResponse


def waits(call: Call) -> bool:
    """Whether a call wants no words yet: ``background: true``, and not streamed."""
    return call.body.get("background") is True and not call.stream


def doomed(call: Call, answer: Answer, body: dict[str, Any]) -> dict[str, Any]:
    """The response as it is in the end, where a fault has it fail."""
    doom = fate_of(call)
    if doom is None:
        return body
    ended = {"status": "failed", "error": error_of(call, answer, doom), "incomplete_details": None}
    return body | ended | {"output": [], "usage": None, "completed_at": None}


def _shown(stored: StoredResponse, status: str) -> dict[str, Any]:
    if status == stored.body["status"]:
        return stored.body
    return stored.body | {"status": status, "output": [], "usage": None, "completed_at": None, "error": None}


def looked(stored: StoredResponse, answer: Answer) -> dict[str, Any]:
    """A stored response as it is when somebody looks at it."""
    return stored.body if stored.stages is None else _shown(stored, stored.stages.look(answer.created))


def cancelled(stored: StoredResponse, answer: Answer) -> dict[str, Any] | None:
    """A stored response after its cancellation, which is too late once it is over; None for one made while waiting."""
    if stored.stages is None:
        return None
    if not stored.stages.over:
        stored.stages.turn(answer.created, "cancelled")
    return _shown(stored, stored.stages.now)
