"""Messages: https://docs.claude.com/en/api/messages and https://docs.claude.com/en/docs/build-with-claude/streaming."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.anthropic import common as anthropic
from brownout.dialects.anthropic import errors as anthropic_errors
from brownout.dialects.base import Pace
from brownout.dialects.encoding import SSE
from brownout.dialects.headers import base58
from brownout.dialects.sent import Sent, values_of
from brownout.exchange import Answer, Asked, Call, Failure, Reply, Request

_STOP_REASONS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    "refusal": "refusal",
}
_REFUSED = {"type": "refusal", "category": None, "explanation": None}
_GOING_ON = {"stop_reason": None, "stop_sequence": None}
_PING = {"type": "ping"}


def _stop_reason(answer: Answer) -> str:
    if answer.finish == "tool_calls" and answer.tool is None:
        return "end_turn"
    return _STOP_REASONS.get(answer.finish, answer.finish)


def _stopped(reason: str) -> dict[str, Any]:
    """Why a message ends; a refusal has details."""
    details = {"stop_details": _REFUSED} if reason == "refusal" else {}
    return {"stop_reason": reason, "stop_sequence": None, **details}


def _input(answer: Answer) -> dict[str, Any]:
    """The words as a tool's input, which is always an object."""
    try:
        value = json.loads(answer.text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _usage(answer: Answer, output_tokens: int) -> dict[str, Any]:
    return {
        "input_tokens": answer.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": output_tokens,
        "service_tier": "standard",
    }


def _message(call: Call, answer: Answer, content: list[Any], stopped: dict[str, Any], output: int) -> dict[str, Any]:
    return {
        "model": answer.model or call.model or anthropic.DEFAULT_MODEL,
        "id": f"msg_01{base58('message', answer.id, 22)}",
        "type": "message",
        "role": "assistant",
        "content": content,
        **stopped,
        "usage": _usage(answer, output),
    }


def _block(call: Call, answer: Answer, whole: bool) -> dict[str, Any]:
    """The one content block, complete or as a stream announces it."""
    if name := answer.tool:
        id = f"toolu_01{base58('tool', answer.id, 22)}"
        return {"type": "tool_use", "id": id, "name": name, "input": _input(answer) if whole else {}}
    return {"type": "text", "text": answer.text if whole else ""}


def _thinking(answer: Answer, whole: bool, omitted: bool = False) -> dict[str, Any]:
    """What the model thought, complete or as a stream announces it; ``omitted``: only its seal is shown."""
    text, seal = (answer.thought, anthropic.signature(answer)) if whole else ("", "")
    return {"type": "thinking", "thinking": "" if omitted else text, "signature": seal}


def _omitted(call: Call) -> bool:
    asked = call.body.get("thinking")
    return isinstance(asked, dict) and asked.get("display") == "omitted"


def _thinking_events(call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
    """The block of a thought: a delta a token, and the seal."""
    yield {"type": "content_block_start", "index": 0, "content_block": _thinking(answer, whole=False)}
    for piece in () if _omitted(call) else answer.thinking:
        delta = {"type": "thinking_delta", "thinking": piece}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
    delta = {"type": "signature_delta", "signature": anthropic.signature(answer)}
    yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}


def _block_events(call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
    """The content block of a stream, a delta a token."""
    uses_tool, index = answer.tool is not None, int(bool(answer.thinking))
    yield {"type": "content_block_start", "index": index, "content_block": _block(call, answer, whole=False)}
    yield _PING
    for piece in ("", *answer.pieces) if uses_tool else answer.pieces:
        delta = {"partial_json": piece} if uses_tool else {"text": piece}
        kind = "input_json_delta" if uses_tool else "text_delta"
        yield {"type": "content_block_delta", "index": index, "delta": {"type": kind, **delta}}
    yield {"type": "content_block_stop", "index": index}


def _ending(answer: Answer) -> Iterator[dict[str, Any]]:
    delta = _stopped(_stop_reason(answer))
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": answer.output_tokens}}
    yield {"type": "message_stop"}


def _events(call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": _message(call, answer, [], _GOING_ON, 1)}
    if answer.thinking:
        yield from _thinking_events(call, answer)
    if answer.pieces:
        yield from _block_events(call, answer)
    else:
        yield _PING
    yield from _ending(answer)


def _open(events: list[dict[str, Any]]) -> list[Any]:
    """The content blocks that have begun and not ended."""
    begun = [event.get("index") for event in events if event.get("type") == "content_block_start"]
    return begun[sum(event.get("type") == "content_block_stop" for event in events) :]


class AnthropicMessages(anthropic.AnthropicDialect):
    """``anthropic.messages``: a system text and messages in, one message out."""

    service = "anthropic.messages"
    pace: Pace = "tokens"

    def asked(self, call: Call) -> Asked:
        """The tool and the length that the caller insists on."""
        return anthropic.asked(call)

    def read(self, request: Request) -> Call:
        """What the request asks for; the conversation is a digest, since only the client keeps it."""
        return anthropic.read(self.service, request, streams=True)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A message: what was thought, and what is said. An answer without words has no content block at all."""
        thinking = [_thinking(answer, True, _omitted(call))] if answer.thinking else []
        content = [*thinking, *([_block(call, answer, whole=True)] if answer.pieces else [])]
        message = _message(call, answer, content, _stopped(_stop_reason(answer)), answer.output_tokens)
        reply = anthropic.ok(call, answer, message)
        return Reply(reply.status, (*reply.headers, *anthropic.allowance(answer)), reply.body)

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        common = anthropic.headers(call, answer.id, SSE)
        return Reply(200, (*common, ("cache-control", "no-cache"), *anthropic.allowance(answer)))

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Start, one content block with a delta a token, stop reason and usage, and ``message_stop``."""
        return map(anthropic.event, _events(call, answer))

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An ``error`` event; the SDKs raise an error of status 200 from it and retry nothing."""
        error = anthropic_errors.error_of(call, failure, anthropic.organization(call))
        id = anthropic.request_id(failure.id)
        return anthropic.event({"type": "error", "error": {"details": None, **error.body}, "request_id": id})

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The end of the content block that is open, the stop reason, and ``message_stop``."""
        if not sent:
            return b"".join(self.stream(call, answer))
        events = values_of(sent)
        tokens = sum(event.get("type") == "content_block_delta" for event in events)
        ends = [{"type": "content_block_stop", "index": index} for index in _open(events)]
        return b"".join(map(anthropic.event, (*ends, *_ending(replace(answer, pieces=("",) * tokens)))))
