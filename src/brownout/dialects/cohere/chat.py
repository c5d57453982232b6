"""Chat: https://docs.cohere.com/reference/chat and https://docs.cohere.com/docs/streaming."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.cohere import common as cohere
from brownout.dialects.cohere import errors as cohere_errors
from brownout.dialects.headers import hexadecimal, uuid
from brownout.dialects.sent import Sent, values_of
from brownout.exchange import Answer, Asked, Call, Failure, Finish, Reply, Request

DONE = b"data: [DONE]\n\n"
_FINISHES: dict[Finish, str] = {
    "stop": "COMPLETE",
    "length": "MAX_TOKENS",
    "tool_calls": "TOOL_CALL",
    "content_filter": "ERROR",
    "refusal": "COMPLETE",
}


def _finish(answer: Answer) -> str:
    if answer.finish == "tool_calls" and answer.tool is None:
        return "COMPLETE"
    return _FINISHES[answer.finish]


def _usage(sent: int, answered: int) -> dict[str, Any]:
    counts = {"input_tokens": sent, "output_tokens": answered}
    return {"billed_units": counts, "tokens": counts}


def _tool_call(answer: Answer, arguments: str) -> dict[str, Any]:
    name = answer.tool or ""
    id = f"{name}_{hexadecimal('tool', answer.id, 12)}"
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _message(answer: Answer) -> dict[str, Any]:
    if answer.tool:
        plan = f"I will use {answer.tool} to answer."
        return {"role": "assistant", "tool_plan": plan, "tool_calls": [_tool_call(answer, answer.text)]}
    content = [{"type": "text", "text": answer.text}] if answer.pieces else []
    return {"role": "assistant", "content": content}


def _tool_events(answer: Answer) -> Iterator[dict[str, Any]]:
    plan = {"message": {"tool_plan": f"I will use {answer.tool} to answer."}}
    yield {"type": "tool-plan-delta", "delta": plan}
    yield {"type": "tool-call-start", "index": 0, "delta": {"message": {"tool_calls": _tool_call(answer, "")}}}
    for piece in answer.pieces:
        delta = {"message": {"tool_calls": {"function": {"arguments": piece}}}}
        yield {"type": "tool-call-delta", "index": 0, "delta": delta}
    yield {"type": "tool-call-end", "index": 0}


def _text_events(answer: Answer) -> Iterator[dict[str, Any]]:
    start = {"message": {"content": {"type": "text", "text": ""}}}
    yield {"type": "content-start", "index": 0, "delta": start}
    for piece in answer.pieces:
        yield {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": piece}}}}
    yield {"type": "content-end", "index": 0}


def _end(finish: str, sent: int, answered: int, error: str | None = None) -> dict[str, Any]:
    why = {"error": error} if error else {}
    return {"type": "message-end", "delta": {**why, "finish_reason": finish, "usage": _usage(sent, answered)}}


def _events(answer: Answer) -> Iterator[dict[str, Any]]:
    empty = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
    yield {"id": uuid("cohere", answer.id), "type": "message-start", "delta": {"message": empty}}
    if answer.tool:
        yield from _tool_events(answer)
    elif answer.pieces:
        yield from _text_events(answer)
    yield _end(_finish(answer), answer.input_tokens, answer.output_tokens)


_ENDS = {"content-start": "content-end", "tool-call-start": "tool-call-end"}


def _open(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What ends the content or the tool call that has begun and not ended."""
    marks = [event for event in events if event.get("type") in (*_ENDS, *_ENDS.values())]
    last = marks[-1] if marks else {}
    kind = _ENDS.get(str(last.get("type")))
    return [{"type": kind, "index": last.get("index", 0)}] if kind else []


def _tokens(events: list[dict[str, Any]]) -> int:
    return sum(event.get("type") in ("content-delta", "tool-call-delta") for event in events)


def _ending(id: str, end: dict[str, Any], sent: Sent) -> bytes:
    """Events that end a message, which has to begin first where nothing was sent."""
    opening = [] if sent else list(_events(Answer(id, 0, (), 0)))[:1]
    return b"".join((*map(cohere.event, (*opening, end)), DONE))


def _sent(call: Call) -> int:
    return max(1, len(call.text.split()))


class CohereChat(cohere.CohereDialect):
    """``cohere.chat``: messages in, one message out."""

    service = "cohere.chat"
    pace: Pace = "tokens"

    def asked(self, call: Call) -> Asked:
        """The tool, the form and the length that the caller insists on."""
        return cohere.asked(call)

    def read(self, request: Request) -> Call:
        """What the request asks for; the conversation is a digest, since only the client keeps it."""
        call = cohere.read(self.service, request, cohere.turns(request.json))
        return replace(call, stream=request.json.get("stream") is True)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A message. An answer without words has no content block at all."""
        body = {
            "id": uuid("cohere", answer.id),
            "message": _message(answer),
            "finish_reason": _finish(answer),
            "usage": _usage(answer.input_tokens, answer.output_tokens),
        }
        return cohere.ok(answer, body)

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        limits = [header for header in cohere.allowance(answer) if not header[0].startswith("num_")]
        return Reply(200, (*cohere.headers(answer.id, cohere.SSE), *limits))

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Start, one content with a delta a token, the end with reason and usage, and ``[DONE]``."""
        yield from map(cohere.event, _events(answer))
        yield DONE

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An end with reason ``ERROR`` and a text: the SDK raises nothing, it is for the application to look."""
        error = cohere_errors.error_of(call, failure)
        tokens = _tokens(values_of(sent))
        return _ending(failure.id, _end("ERROR", _sent(call), tokens, error.message), sent)

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The end of what is open and of the message, with the reason."""
        events = values_of(sent)
        end = _end(_FINISHES[answer.finish], answer.input_tokens, _tokens(events))
        return b"".join(map(cohere.event, _open(events))) + _ending(answer.id, end, sent)
