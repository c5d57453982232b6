"""What all Cohere services share on the wire: headers, JSON, reading a request, what the caller insists on. Pure.

Bodies follow https://docs.cohere.com/reference/about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from brownout.dialects import encoding
from brownout.dialects.base import PlainDialect
from brownout.dialects.cohere import errors as cohere_errors
from brownout.dialects.encoding import JSON, dump
from brownout.dialects.headers import hexadecimal, uuid
from brownout.dialects.reading import attempt_of, digest_of_history, digest_of_key, last_said, string, turns_of
from brownout.dialects.toolbox import AUTO, NONE, Choice, Message, step_of
from brownout.dialects.toolbox import choose as choose_from
from brownout.exchange import Answer, Asked, Call, Failure, Headers, Reply, Request, Tool, Turn

SSE = "text/event-stream"


def event(value: dict[str, Any]) -> bytes:
    """A server-sent event that is named by its ``type``."""
    return encoding.event(value, str(value["type"]))


def headers(id: str, content_type: str = JSON) -> Headers:
    """What Cohere sends with every answer of its own, good or bad."""
    return (
        ("content-type", content_type),
        ("access-control-expose-headers", "X-Debug-Trace-ID"),
        ("cache-control", "no-cache, no-store, no-transform, must-revalidate, private, max-age=0"),
        ("expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("pragma", "no-cache"),
        ("vary", "Origin"),
        ("x-accel-expires", "0"),
        ("x-debug-trace-id", hexadecimal("trace", id, 32)),
        ("x-envoy-upstream-service-time", str(20 + int(hexadecimal("took", id, 3), 16) % 900)),
        ("server", "envoy"),
        ("via", "1.1 google"),
    )


def allowance(answer: Answer) -> Headers:
    """The headers of a healthy answer to a trial key: what it took, and what is left."""
    return (
        ("num_chars", str(len(answer.text))),
        ("num_tokens", str(answer.input_tokens + answer.output_tokens)),
        ("x-endpoint-monthly-call-limit", "1000"),
        ("x-trial-endpoint-call-limit", "40"),
        ("x-trial-endpoint-call-remaining", "39"),
    )


def ok(answer: Answer, value: Any, write: Callable[[Any], bytes] = dump) -> Reply:
    """A healthy JSON answer, with the headers of one; ``write`` makes its bytes."""
    return Reply(200, (*headers(answer.id), *allowance(answer)), write(value))


def meta(**billed: int) -> dict[str, Any]:
    """What an answer says about itself."""
    return {"api_version": {"version": "2"}, "billed_units": billed}


def read(service: str, request: Request, messages: tuple[Turn, ...] = ()) -> Call:
    """The parts of a call that all services write alike."""
    body = request.json
    return Call(
        service=service,
        request=request,
        model=string(body.get("model")),
        text=last_said(messages),
        turns=messages,
        conversation=digest_of_history(messages),
        api_key=digest_of_key(request.headers),
        attempt=attempt_of(request.headers),
        step=step_of(tool_messages(body)),
    )


def turns(body: dict[str, Any]) -> tuple[Turn, ...]:
    """The messages of a call as turns, in order."""
    return turns_of(body.get("messages"))


def _tools(body: dict[str, Any]) -> Iterator[Tool]:
    declared = body.get("tools")
    for item in declared if isinstance(declared, list) else []:
        function = item.get("function") if isinstance(item, dict) else None
        if isinstance(function, dict) and (name := string(function.get("name"))):
            schema = function.get("parameters")
            yield Tool(name, schema if isinstance(schema, dict) else {})


def _message(message: dict[str, Any]) -> Message:
    calls = message.get("tool_calls")
    functions = [call.get("function") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
    names = (string(function.get("name")) for function in functions if isinstance(function, dict))
    role = message.get("role")
    return Message(role == "user", tuple(name for name in names if name), role == "tool")


def tool_messages(body: dict[str, Any]) -> list[Message]:
    """The messages, as far as tools go."""
    given = body.get("messages")
    return [_message(message) for message in given if isinstance(message, dict)] if isinstance(given, list) else []


def choose(body: dict[str, Any]) -> tuple[Tool | None, tuple[Tool, ...]]:
    """The tool that must be called (only where ``tool_choice`` requires one), and those that the model may call.

    https://docs.cohere.com/docs/tool-use-parameters
    """
    choices: dict[Any, Choice] = {None: AUTO, "REQUIRED": Choice("any")}
    given = body.get("tool_choice")
    choice = choices.get(given, NONE) if given is None or isinstance(given, str) else NONE
    return choose_from(_tools(body), choice, tool_messages(body))


def json_schema(body: dict[str, Any]) -> dict[str, Any] | None:
    """The schema that the answer's text must satisfy; empty for any JSON object, None for plain text."""
    wanted = body.get("response_format")
    if not isinstance(wanted, dict) or wanted.get("type") != "json_object":
        return None
    schema = wanted.get("json_schema", wanted.get("schema"))
    return schema if isinstance(schema, dict) else {}


def asked(call: Call) -> Asked:
    """The tool, the form and the length that the caller insists on, and the tools that it offers."""
    limit = call.body.get("max_tokens")
    is_number = isinstance(limit, int) and not isinstance(limit, bool)
    tool, offered = choose(call.body)
    return Asked(tool, json_schema(call.body), limit if is_number else None, offered)


class CohereDialect(PlainDialect):
    """Base of every Cohere service, and itself ``cohere.other``: reads and fails as all do, never streams."""

    service: str = "cohere.other"

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises."""
        return read(self.service, request)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer: an id and nothing else, which is what a service without a dialect of its own can say."""
        return ok(answer, {"id": uuid("cohere", answer.id), "meta": meta()})

    def failure(self, call: Call, failure: Failure) -> Reply:
        """Cohere's error body, with the headers that belong to it."""
        error = cohere_errors.error_of(call, failure)
        body = {"id": uuid("cohere", failure.id), "message": error.message}
        return Reply(error.status, (*headers(failure.id), *cohere_errors.headers_of(failure)), dump(body))
