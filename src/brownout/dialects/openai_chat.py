"""Chat completions: https://platform.openai.com/docs/api-reference/chat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brownout.dialects import openai, openai_errors
from brownout.dialects.reading import digest_of_history, turns_of
from brownout.exchange import Answer, Call, Failure, Reply, Request

_MAX_CHOICES = 128
DONE = b"data: [DONE]\n\n"


def _choices(call: Call) -> int:
    wanted = call.body.get("n")
    return min(max(wanted, 1), _MAX_CHOICES) if isinstance(wanted, int) and not isinstance(wanted, bool) else 1


def _usage(call: Call, answer: Answer) -> dict[str, Any]:
    output = answer.output_tokens * _choices(call)
    return {
        "prompt_tokens": answer.input_tokens,
        "completion_tokens": output,
        "total_tokens": answer.input_tokens + output,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _frame(call: Call, answer: Answer, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{answer.id}",
        "object": kind,
        "created": answer.created,
        "model": call.model or "gpt-4o-mini",
        "service_tier": "default",
        "system_fingerprint": f"fp_{openai.digest('fingerprint', call.model or '', size=5)}",
    }


def _tool_name(call: Call, answer: Answer) -> str | None:
    """The tool that this answer calls; its pieces are then the arguments."""
    tool = openai.forced_tool(call.body) if answer.finish == "tool_calls" else None
    return tool.name if tool else None


def _function(answer: Answer, index: int, name: str, arguments: str) -> dict[str, Any]:
    call_id = f"call_{openai.digest('call', answer.id, str(index), size=12)}"
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _message(call: Call, answer: Answer, index: int) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": None, "annotations": []}
    if name := _tool_name(call, answer):
        message |= {"content": None, "tool_calls": [_function(answer, index, name, answer.text)]}
    return message


def _opening(call: Call, answer: Answer, index: int) -> dict[str, Any]:
    delta: dict[str, Any] = {"role": "assistant", "content": "", "refusal": None}
    if name := _tool_name(call, answer):
        delta |= {"content": None, "tool_calls": [{"index": 0, **_function(answer, index, name, "")}]}
    return delta


def _deltas(call: Call, answer: Answer) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    """Choice, delta and finish reason of every chunk, the choices taking turns."""
    choices = range(_choices(call))
    tool = _tool_name(call, answer)
    for index in choices:
        yield index, _opening(call, answer, index), None
    for piece in answer.pieces:
        delta = {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} if tool else {"content": piece}
        for index in choices:
            yield index, delta, None
    for index in choices:
        yield index, {}, answer.finish


class OpenAIChat(openai.OpenAIDialect):
    """``openai.chat``: a list of messages in, one or more choices out."""

    service = "openai.chat"

    def read(self, request: Request) -> Call:
        """What the request asks for; the conversation is a digest, since only the client keeps it."""
        turns = turns_of(request.json.get("messages"))
        return openai.read(self.service, request, turns, digest_of_history(turns))

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A chat completion. ``finish`` is OpenAI's own word; ``tool_calls`` makes the text the tool's arguments."""
        choices = [
            {
                "index": index,
                "message": _message(call, answer, index),
                "logprobs": None,
                "finish_reason": answer.finish,
            }
            for index in range(_choices(call))
        ]
        frame = _frame(call, answer, "chat.completion")
        return openai.ok(call, answer, {**frame, "choices": choices, "usage": _usage(call, answer)})

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return openai.head(call, answer)

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Role first, then a chunk a token, the finish reason, usage where it was asked for, and ``[DONE]``."""
        frame = _frame(call, answer, "chat.completion.chunk")
        options = call.body.get("stream_options")
        options = options if isinstance(options, dict) else {}
        padded = options.get("include_obfuscation") is not False
        number = 0
        for number, (index, delta, finish) in enumerate(_deltas(call, answer)):
            choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
            noise = {"obfuscation": openai.padding(answer, number)} if padded else {}
            yield openai.event({**frame, "choices": [choice], "usage": None, **noise})
        if options.get("include_usage") is True:
            noise = {"obfuscation": openai.padding(answer, number + 1)} if padded else {}
            yield openai.event({**frame, "choices": [], "usage": _usage(call, answer), **noise})
        yield DONE

    def stream_failure(self, call: Call, failure: Failure, sent: int) -> bytes:
        """An error object where a chunk was due; the SDKs raise ``APIError`` from it and retry nothing."""
        error = openai_errors.error_of(call, failure, openai.organization(call), openai.request_id(failure.id))
        return openai.event({"error": error.body})
