"""Reading what a fault made up: one reply or stream, in the grammar of three services."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from brownout.effects import End, Forward, Head, Program, Send
from brownout.wire.edits import Instead
from brownout.wire.framing import SseCutter

SERVICES = ("openai.chat", "openai.responses", "anthropic.messages")


@dataclass
class Made:
    """Status, headers, and the events or the one JSON body of a program that makes a whole answer up."""

    status: int
    headers: dict[str, str]
    body: bytes
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object."""
        found: dict[str, Any] = json.loads(self.body)
        return found


def made(program: Program) -> Made:
    """What a client gets of a program; it must be a head, bytes and a clean end, and every event whole."""
    if len(program) == 1:
        return _instead(program)
    head, *sends, end = program
    assert isinstance(head, Head)
    assert end == End()
    parts = [effect.data for effect in sends if isinstance(effect, Send)]
    assert len(parts) == len(sends)
    found = Made(head.status, dict(head.headers), b"".join(parts))
    if found.headers.get("content-type", "").startswith("text/event-stream"):
        cutter = SseCutter()
        assert [event for part in parts for event in cutter.feed(part)] == parts
        lines = [part.partition(b"data: ")[2].strip() for part in parts]
        found.events = [json.loads(line) for line in lines if line != b"[DONE]"]
    else:
        assert found.headers.get("content-length", str(len(found.body))) == str(len(found.body))
    return found


ID = "5e" * 16


def _instead(program: Program) -> Made:
    """What a client gets in the place of an answer that is kept, under its id."""
    (forward,) = program
    assert isinstance(forward, Forward)
    assert isinstance(forward.edit, Instead)
    body = json.dumps({"id": f"resp_{ID}", "object": "response"}).encode()
    parts = forward.edit.make(body)
    assert ID in parts[0].decode()
    if not parts[0].startswith(b"event: "):
        return Made(200, {"content-type": "application/json"}, parts[0])
    cutter = SseCutter()
    assert [event for part in parts for event in cutter.feed(part)] == list(parts)
    found = Made(200, {"content-type": "text/event-stream"}, b"".join(parts))
    found.events = [json.loads(part.partition(b"data: ")[2]) for part in parts]
    return found


def said(service: str, answer: Made) -> str:
    """The words of an answer, or the refusal of any, wherever its service has them."""
    if answer.events:
        return "".join(_delta(event) for event in answer.events)
    if service == "openai.chat":
        message = answer.json["choices"][0]["message"]
        return str(message["content"] or message["refusal"])
    content = answer.json["output"][0]["content"] if service == "openai.responses" else answer.json["content"]
    return "".join(str(part.get("text") or part.get("refusal")) for part in content)


def _delta(event: dict[str, Any]) -> str:
    """The words in one event of any of the three services."""
    if choices := event.get("choices"):
        return str(choices[0]["delta"].get("content") or choices[0]["delta"].get("refusal") or "")
    delta = event.get("delta", "")
    return delta if isinstance(delta, str) else str(delta.get("text", ""))


def ending(service: str, answer: Made) -> str:
    """Why an answer ended, in its platform's words."""
    if service == "openai.chat":
        choices = [event["choices"][0] for event in answer.events] or answer.json["choices"]
        return str(choices[-1]["finish_reason"])
    if service == "openai.responses":
        response = answer.events[-1]["response"] if answer.events else answer.json
        details = response["incomplete_details"]
        return str(details["reason"] if details else response["status"])
    if answer.events:
        return str(next(event["delta"]["stop_reason"] for event in answer.events if event["type"] == "message_delta"))
    return str(answer.json["stop_reason"])


def tool_call(service: str, answer: Made) -> tuple[str, str]:
    """Name and arguments of the tool that an answer calls; the arguments as text, joined from a stream's pieces."""
    if answer.events:
        return _streamed_call(answer.events)
    if service == "openai.chat":
        function = answer.json["choices"][0]["message"]["tool_calls"][0]["function"]
        return function["name"], function["arguments"]
    if service == "openai.responses":
        item = answer.json["output"][0]
        return item["name"], item["arguments"]
    block = answer.json["content"][0]
    return block["name"], json.dumps(block["input"])


def _streamed_call(events: list[dict[str, Any]]) -> tuple[str, str]:
    name, arguments = "", ""
    for event in events:
        if choices := event.get("choices"):
            for call in choices[0]["delta"].get("tool_calls", []):
                name, arguments = name or call["function"].get("name", ""), arguments + call["function"]["arguments"]
        elif event["type"] == "response.output_item.added":
            name = event["item"]["name"]
        elif event["type"] == "content_block_start":
            name = event["content_block"]["name"]
        elif event["type"] == "response.function_call_arguments.delta":
            arguments += event["delta"]
        elif event["type"] == "content_block_delta":
            arguments += event["delta"]["partial_json"]
    return name, arguments
