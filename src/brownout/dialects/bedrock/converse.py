"""Converse and ConverseStream: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.anthropic import common as anthropic
from brownout.dialects.base import Pace
from brownout.dialects.bedrock import common as bedrock
from brownout.dialects.encoding import dump
from brownout.dialects.headers import base58
from brownout.dialects.reading import string
from brownout.dialects.sent import Sent, values_of
from brownout.dialects.toolbox import AUTO, NONE, Choice
from brownout.dialects.toolbox import choose as choose_from
from brownout.exchange import Answer, Asked, Call, Reply, Request, Tool
from brownout.wire import eventstream

_STOP_REASONS = {"length": "max_tokens", "content_filter": "content_filtered", "refusal": "content_filtered"}


def stop_reason(answer: Answer) -> str:
    """Why the model ended, in Bedrock's words."""
    return "tool_use" if answer.tool else _STOP_REASONS.get(answer.finish, "end_turn")


def usage(answer: Answer) -> dict[str, int]:
    """The tokens read and written, and their sum."""
    total = answer.input_tokens + answer.output_tokens
    return {"inputTokens": answer.input_tokens, "outputTokens": answer.output_tokens, "totalTokens": total}


def _tool_use(answer: Answer) -> dict[str, Any]:
    return {"toolUseId": f"tooluse_{base58('tool', answer.id, 22)}", "name": answer.tool}


def message(answer: Answer) -> dict[str, Any]:
    """What the model said. An answer without words has no content block at all."""
    block: dict[str, Any] = {"text": answer.text}
    if answer.tool:
        block = {"toolUse": {**_tool_use(answer), "input": bedrock.object_of(answer.text)}}
    thought = {"reasoningText": {"text": answer.thought, "signature": anthropic.signature(answer)}}
    thinking: list[dict[str, Any]] = [{"reasoningContent": thought}] if answer.thinking else []
    return {"role": "assistant", "content": [*thinking, *([block] if answer.pieces else [])]}


def _thinking(answer: Answer) -> Iterator[dict[str, Any]]:
    """The block of a thought: a delta a token, and the seal."""
    for piece in answer.thinking:
        yield {"contentBlockDelta": {"delta": {"reasoningContent": {"text": piece}}, "contentBlockIndex": 0}}
    sealed = {"reasoningContent": {"signature": anthropic.signature(answer)}}
    yield {"contentBlockDelta": {"delta": sealed, "contentBlockIndex": 0}}
    yield {"contentBlockStop": {"contentBlockIndex": 0}}


def events(call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
    """The events of a stream, each under its name, a delta a token."""
    yield {"messageStart": {"role": "assistant"}}
    if answer.thinking:
        yield from _thinking(answer)
    if answer.pieces:
        place = {"contentBlockIndex": int(bool(answer.thinking))}
        if answer.tool:
            yield {"contentBlockStart": {"start": {"toolUse": _tool_use(answer)}, **place}}
        for piece in answer.pieces:
            delta = {"toolUse": {"input": piece}} if answer.tool else {"text": piece}
            yield {"contentBlockDelta": {"delta": delta, **place}}
        yield {"contentBlockStop": place}
    yield {"messageStop": {"stopReason": stop_reason(answer)}}
    yield {"metadata": {"usage": usage(answer), "metrics": {"latencyMs": bedrock.latency(answer.id)}}}


_OPENS = ("contentBlockStart", "contentBlockDelta")


def closing(call: Call, answer: Answer, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events that end an answer of which these went out: of the block that is open, of the message, and usage."""
    if not before:
        return list(events(call, answer))
    named = [pair for event in before for pair in event.items()]
    deltas = [value for kind, value in named if kind == "contentBlockDelta"]
    begun = [value.get("contentBlockIndex") for kind, value in named if kind in _OPENS]
    over = [value.get("contentBlockIndex") for kind, value in named if kind == "contentBlockStop"]
    ends = [{"contentBlockStop": {"contentBlockIndex": begun[-1]}}] if begun and begun[-1] not in over else []
    *_, stop, last = events(call, replace(answer, pieces=("",) * len(deltas)))
    return [*ends, stop, last]


def _named(sent: Sent) -> list[dict[str, Any]]:
    """The events that were sent, each under its name."""
    return [{eventstream.type_of(frame): value} for frame in sent for value in values_of([frame])]


def _frames(id: str, named: list[dict[str, Any]]) -> Iterator[bytes]:
    for number, ((kind, value),) in enumerate(event.items() for event in named):
        yield eventstream.event(kind, dump({**value, "p": bedrock.padding(id, number)}))


def _tools(config: dict[str, Any]) -> Iterator[Tool]:
    for tool in bedrock.objects(config.get("tools")):
        spec = tool["toolSpec"] if isinstance(tool.get("toolSpec"), dict) else {}
        name, held = string(spec.get("name")), spec.get("inputSchema")
        schema = held.get("json") if isinstance(held, dict) else None
        if name:
            yield Tool(name, schema if isinstance(schema, dict) else {})


def _choice(given: object) -> Choice:
    """What the caller says about tools: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolChoice.html."""
    if given is None or (isinstance(given, dict) and "auto" in given):
        return AUTO
    if isinstance(given, dict) and "any" in given:
        return Choice("any")
    name = string(_inner(given, "tool", "name"))
    return Choice("any", (name,)) if name else NONE


def choose(body: dict[str, Any]) -> tuple[Tool | None, tuple[Tool, ...]]:
    """The tool that must be used (only where ``toolChoice`` leaves no other way), and those that the model may use."""
    config = body.get("toolConfig")
    if not isinstance(config, dict):
        return None, ()
    return choose_from(_tools(config), _choice(config.get("toolChoice")), bedrock.messages(body))


def _inner(value: object, *path: str) -> object:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def json_schema(body: dict[str, Any]) -> dict[str, Any] | None:
    """The schema that the text must satisfy, which clients send as a text; None for plain words."""
    schema = _inner(body, "outputConfig", "textFormat", "structure", "jsonSchema", "schema")
    return bedrock.object_of(schema) if isinstance(schema, str) else None


def asked(call: Call) -> Asked:
    """The tool, the form and the length that the caller insists on, and the tools that it offers."""
    limit = bedrock.count(_inner(call.body, "inferenceConfig", "maxTokens"))
    tool, offered = choose(call.body)
    more = call.body.get("additionalModelRequestFields")
    thinking = _inner(more, "thinking", "type") or _inner(more, "reasoning_config", "type")
    return Asked(tool, json_schema(call.body), limit, offered, thinks=thinking in ("enabled", "adaptive"))


class BedrockConverse(bedrock.BedrockDialect):
    """``bedrock.converse``: messages of any model in one form, one message out; streamed by its path."""

    service = "bedrock.converse"
    pace: Pace = "tokens"

    def read(self, request: Request) -> Call:
        """What the request asks for; the conversation is a digest, since only the client keeps it."""
        streams = request.path.rstrip("/").endswith("/converse-stream")
        return bedrock.read(self.service, request, bedrock.turns(request.json), streams)

    def asked(self, call: Call) -> Asked:
        """The tool, the form and the length that the caller insists on."""
        return asked(call)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A message, why it ended, its tokens and how long it took."""
        value = {
            "metrics": {"latencyMs": bedrock.latency(answer.id)},
            "output": {"message": message(answer)},
            "stopReason": stop_reason(answer),
            "usage": usage(answer),
        }
        return bedrock.ok(answer, value)

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Start, deltas of one content block, stop reason, and usage. Raises ValueError where none is asked for."""
        return _frames(answer.id, list(events(call, answer))) if call.stream else super().stream(call, answer)

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The end of the block, the stop reason and the usage so far."""
        if not call.stream:
            return super().stream_incomplete(call, answer, sent)
        return b"".join(_frames(f"{answer.id}|end", closing(call, answer, _named(sent))))
