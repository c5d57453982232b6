"""What all Anthropic services share on the wire: headers, JSON, reading a request, the tool it insists on. Pure.

Headers and bodies follow https://docs.claude.com/en/api/overview.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from brownout.dialects import encoding
from brownout.dialects.anthropic import errors as anthropic_errors
from brownout.dialects.base import PlainDialect
from brownout.dialects.encoding import JSON, dump
from brownout.dialects.fronts import cdn
from brownout.dialects.headers import base58, cf_ray, hexadecimal, uuid
from brownout.dialects.reading import attempt_of, digest_of_history, digest_of_key, last_said, string, text_of
from brownout.dialects.toolbox import AUTO, NONE, Choice, Message, step_of
from brownout.dialects.toolbox import choose as choose_from
from brownout.exchange import Answer, Asked, Call, Failure, Headers, Reply, Request, Tool, Turn

DEFAULT_MODEL = "claude-haiku-4-5-20251001"
# Allowance a minute of a lower-tier account: https://docs.claude.com/en/api/rate-limits
_ALLOWANCES = {"requests": 1000, "tokens": 96_000, "input-tokens": 80_000, "output-tokens": 16_000}
_REFILL = 60


def event(value: dict[str, Any]) -> bytes:
    """One server-sent event; clients drop those without an ``event:`` line."""
    return encoding.event(value, str(value["type"]))


def request_id(id: str) -> str:
    """A request's id: ``req_011C`` and 20 base-58 digits."""
    return f"req_011C{base58('request', id, 20)}"


def headers(call: Call, id: str, content_type: str = JSON) -> Headers:
    """What Anthropic sends with every answer of its own, good or bad."""
    took = 180 + int(hexadecimal("took", id, 3), 16) % 900
    return (
        ("content-type", content_type),
        ("request-id", request_id(id)),
        ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        ("anthropic-organization-id", organization(call)),
        ("x-envoy-upstream-service-time", str(took)),
        ("via", "1.1 google"),
        ("cf-cache-status", "DYNAMIC"),
        ("x-robots-tag", "none"),
        ("server", "cloudflare"),
        ("cf-ray", cf_ray(id)),
    )


def organization(call: Call) -> str:
    """The organization that a key belongs to: the same for the same key."""
    return uuid("organization", call.api_key or "")


def allowance(answer: Answer) -> Headers:
    """The rate-limit headers of a healthy answer: one request and its tokens gone from a full bucket."""
    used = {
        "requests": 1,
        "tokens": answer.input_tokens + answer.output_tokens,
        "input-tokens": answer.input_tokens,
        "output-tokens": answer.output_tokens,
    }
    quotas: list[tuple[str, str]] = []
    for name, limit in _ALLOWANCES.items():
        spent = min(used[name], limit)
        quotas += anthropic_errors.quota(name, limit, limit - spent, answer.created + spent / limit * _REFILL)
    return tuple(quotas)


def ok(call: Call, answer: Answer, value: Any) -> Reply:
    """A healthy JSON answer, with the headers of one."""
    return Reply(200, headers(call, answer.id), dump(value))


def _objects(value: object) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _turns(message: dict[str, Any]) -> Iterator[Turn]:
    """A message as turns: results of tools come first and speak as ``tool``; a tool's use counts by its input."""
    content = message.get("content")
    uses = []
    for block in _objects(content):
        if block.get("type") == "tool_result":
            yield Turn("tool", text_of(block.get("content")))
        elif block.get("type") == "tool_use":
            uses.append(dump(block.get("input")).decode())
    yield Turn(str(message["role"]), "\n".join(filter(None, (text_of(content), *uses))))


def turns(body: dict[str, Any]) -> tuple[Turn, ...]:
    """The system text and the messages, in order."""
    system = text_of(body.get("system"))
    opening = (Turn("system", system),) if system else ()
    messages = (message for message in _objects(body.get("messages")) if isinstance(message.get("role"), str))
    return (*opening, *(turn for message in messages for turn in _turns(message)))


def read(service: str, request: Request, streams: bool = False) -> Call:
    """The parts of a call that all services write alike."""
    body = request.json
    messages = turns(body)
    metadata = body.get("metadata")
    return Call(
        service=service,
        request=request,
        model=string(body.get("model")),
        stream=streams and body.get("stream") is True,
        text=last_said(messages),
        turns=messages,
        conversation=digest_of_history(messages),
        user=string(metadata.get("user_id")) if isinstance(metadata, dict) else None,
        api_key=digest_of_key(request.headers),
        attempt=attempt_of(request.headers),
        step=step_of([_message(message) for message in _objects(body.get("messages"))]),
    )


def _message(message: dict[str, Any]) -> Message:
    """A message that brings results belongs to the turn, whatever else is in it."""
    blocks = list(_objects(message.get("content")))
    results = any(block.get("type") == "tool_result" for block in blocks)
    calls = (string(block.get("name")) for block in blocks if block.get("type") == "tool_use")
    return Message(message.get("role") == "user" and not results, tuple(name for name in calls if name), results)


def _tools(body: dict[str, Any]) -> Iterator[Tool]:
    for tool in _objects(body.get("tools")):
        schema = tool.get("input_schema")
        if name := string(tool.get("name")):
            yield Tool(name, schema if isinstance(schema, dict) else {})


def choose(body: dict[str, Any]) -> tuple[Tool | None, tuple[Tool, ...]]:
    """The tool that must be used, and those that the model may use: of these, not the platform's own, without a schema.

    https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use
    """
    given = body.get("tool_choice")
    choice = given if isinstance(given, dict) else {"type": "auto"}
    name, kind = string(choice.get("name")), choice.get("type")
    if kind == "tool":
        chosen = Choice("any", (name,)) if name else NONE
    else:
        chosen = {"any": Choice("any"), "auto": AUTO}.get(str(kind), NONE)
    messages = [_message(message) for message in _objects(body.get("messages"))]
    tool, offered = choose_from(_tools(body), chosen, messages)
    own = {tool.get("name") for tool in _objects(body.get("tools")) if not isinstance(tool.get("input_schema"), dict)}
    return tool, tuple(tool for tool in offered if tool.name not in own)


def forced_tool(body: dict[str, Any]) -> Tool | None:
    """The tool that must be used: only where ``tool_choice`` leaves no other way."""
    return choose(body)[0]


def asked(call: Call) -> Asked:
    """The tool and the length that the caller insists on, the tools that it offers, and whether it reads thoughts.

    https://docs.claude.com/en/docs/build-with-claude/extended-thinking
    """
    limit, thinking = call.body.get("max_tokens"), call.body.get("thinking")
    tool, offered = choose(call.body)
    counted = isinstance(limit, int) and not isinstance(limit, bool)
    thinks = isinstance(thinking, dict) and thinking.get("type") in ("enabled", "adaptive")
    return Asked(tool, limit=limit if counted else None, offered=offered, thinks=thinks)


def signature(answer: Answer) -> str:
    """What seals a thought: it has to come back unchanged with the next turn."""
    sealed = bytes.fromhex("".join(hexadecimal(f"signature {part}", answer.id, 32) for part in range(12)))
    return base64.b64encode(b"\x12" + sealed).decode()


class AnthropicDialect(PlainDialect):
    """Base of every Anthropic service, and itself ``anthropic.other``: reads and fails as all do, never streams."""

    service: str = "anthropic.other"

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises."""
        return read(self.service, request)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer: an empty list, which is what most services without a dialect of their own can say."""
        return ok(call, answer, {"data": [], "has_more": False, "first_id": None, "last_id": None})

    def failure(self, call: Call, failure: Failure) -> Reply:
        """Anthropic's error body, with the headers that belong to it."""
        error = anthropic_errors.error_of(call, failure, organization(call))
        extra = anthropic_errors.headers_of(failure, error)
        if error.at_the_edge:
            return Reply(error.status, (*cdn.headers(failure.id, JSON), *extra), dump({"error": error.body}))
        body = {"type": "error", "error": error.body, "request_id": request_id(failure.id)}
        return Reply(error.status, (*headers(call, failure.id), *extra), dump(body))
