"""Responses over a WebSocket: ``response.create`` in, the events of a stream out, each a message. Pure.

https://platform.openai.com/docs/guides/websocket-mode; the error message as in public reports of real ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from brownout.dialects.base import Dialect
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import errors as openai_errors
from brownout.dialects.openai.response import response
from brownout.exchange import Call, Failure, Reply, Request, Shows

CREATE = "response.create"
_NOT_OF_A_CALL = ("type", "event_id", "background", "generate")
_SPEAKS_OF_ALL = ("response.created", "response.in_progress", "response.completed")


def event_of(message: bytes) -> dict[str, Any]:
    """A client's message as an event; empty where it is none."""
    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def request_of(opened: Request, event: dict[str, Any]) -> Request:
    """What a ``response.create`` asks for, as the streamed POST that asks for the same; its ``stream`` is ignored."""
    body = {key: value for key, value in event.items() if key not in _NOT_OF_A_CALL}
    return replace(opened, method="POST", query="", body=openai.dump({**body, "stream": True}))


def messages(events: Iterable[bytes]) -> tuple[bytes, ...]:
    """Server-sent events as messages: what stands behind ``data:``."""
    lines = (line for event in events for line in event.splitlines())
    return tuple(line[6:] for line in lines if line.startswith(b"data: "))


def warmed_up(events: Iterable[bytes]) -> tuple[bytes, ...]:
    """What is left of a response's messages where ``generate`` is false: it can be continued, and says nothing."""
    about_all = [event for event in map(event_of, events) if event.get("type") in _SPEAKS_OF_ALL]
    for number, event in enumerate(about_all):
        event |= {"sequence_number": number, "response": {**event["response"], "output": []}}
    return tuple(map(openai.dump, about_all))


def error(reply: Reply) -> bytes:
    """The message for what a plain call would get as an error: its status beside its body."""
    body = event_of(reply.body)
    return openai.dump({"type": "error", "status": reply.status, "error": body.get("error")})


def unknown(event: dict[str, Any]) -> bytes:
    """The message for an event that there is not."""
    kind = event.get("type")
    text = f"Invalid value: '{kind}'. Supported values are: '{CREATE}'."
    made = {"type": "invalid_request_error", "code": "invalid_value", "message": text, "param": "type"}
    return openai.dump({"type": "error", "status": 400, "error": made})


def refused(dialect: Dialect, opened: Call, failure: Failure, shows: Shows, message: bytes) -> tuple[bytes, ...] | None:
    """The messages that say no to a ``response.create``; None for any other message."""
    event = event_of(message)
    if event.get("type") != CREATE:
        return None
    call = dialect.read(request_of(opened.request, event))
    id = openai.digest("refused", failure.id, message.decode("utf-8", "replace"), size=16)
    failure = replace(failure, id=id)
    if shows == "error":
        return (error(dialect.failure(call, failure)),)
    made = openai_errors.error_of(call, failure, openai.organization(call), openai.request_id(id))
    begun = response(call, id, int(failure.now))
    why = {"code": made.code or made.type, "message": made.message}
    parts: tuple[dict[str, Any], ...] = (
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
        {"type": "response.failed", "response": begun | {"status": "failed", "error": why}},
    )
    return tuple(openai.dump({**part, "sequence_number": number}) for number, part in enumerate(parts))
