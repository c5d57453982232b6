"""Converse and ConverseStream: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.bedrock import common as bedrock
from brownout.dialects.encoding import dump
from brownout.dialects.headers import base58
from brownout.dialects.reading import string
from brownout.dialects.toolbox import AUTO, NONE, Choice
from brownout.dialects.toolbox import choose as choose_from
from brownout.exchange import Answer, Asked, Call, Finish, Reply, Request, Tool
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
    return {"role": "assistant", "content": [block] if answer.pieces else []}


def events(call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
    """The events of a stream, each under its name, a delta a token."""
    yield {"messageStart": {"role": "assistant"}}
    if answer.pieces:
        if answer.tool:
            yield {"contentBlockStart": {"start": {"toolUse": _tool_use(answer)}, "contentBlockIndex": 0}}
        for piece in answer.pieces:
            delta = {"toolUse": {"input": piece}} if answer.tool else {"text": piece}
            yield {"contentBlockDelta": {"delta": delta, "contentBlockIndex": 0}}
        yield {"contentBlockStop": {"contentBlockIndex": 0}}
    yield {"messageStop": {"stopReason": stop_reason(answer)}}
    yield {"metadata": {"usage": usage(answer), "metrics": {"latencyMs": bedrock.latency(answer.id)}}}


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
    return Asked(tool, json_schema(call.body), limit, offered)


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

    def stream_incomplete(self, call: Call, id: str, finish: Finish, sent: int) -> bytes:
        """The end of the block, the stop reason and the usage so far."""
        if not call.stream:
            return super().stream_incomplete(call, id, finish, sent)
        return b"".join(_frames(f"{id}|end", bedrock.closing(call, id, finish, sent, 1, events)))
