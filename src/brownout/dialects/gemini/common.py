"""What all Gemini services share on the wire, on Google's own API and on Vertex AI. Pure.

Headers, JSON, reading a request, what the caller insists on: https://ai.google.dev/api/generate-content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from brownout.dialects import waits
from brownout.dialects.base import PlainDialect
from brownout.dialects.gemini import errors as gemini_errors
from brownout.dialects.headers import hexadecimal
from brownout.dialects.reading import attempt_of, digest_of_history, digest_of_key, last_said, string, text_of
from brownout.dialects.toolbox import NONE, Choice, Message, step_of
from brownout.dialects.toolbox import choose as choose_from
from brownout.exchange import Answer, Asked, Call, Failure, Headers, Reply, Request, Tool, Turn

JSON = "application/json; charset=UTF-8"
SSE = "text/event-stream"
DEFAULT_MODEL = "gemini-2.5-flash"
_MODEL = re.compile(r"/(?:models|tunedModels|endpoints)/([^/:]+)")
_DEEPEST = 50


def dump(value: Any) -> bytes:
    """JSON in one line, as in an event; what UTF-8 cannot hold becomes a question mark."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def pretty(value: Any) -> bytes:
    """JSON in lines, as everywhere else."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def headers(id: str, content_type: str = JSON) -> Headers:
    """What Google's front end sends with every answer; there is no request id."""
    return (
        ("content-type", content_type),
        ("vary", "Origin, X-Origin, Referer"),
        ("server", "scaffolding on HTTPServer2"),
        ("x-xss-protection", "0"),
        ("x-frame-options", "SAMEORIGIN"),
        ("x-content-type-options", "nosniff"),
        ("server-timing", f"gfet4t7; dur={180 + int(hexadecimal('took', id, 3), 16) % 900}"),
    )


def ok(answer: Answer, value: Any) -> Reply:
    """A healthy JSON answer, indented as Google's are."""
    return Reply(200, headers(answer.id), pretty(value) + b"\n")


def given(holder: Any, name: str) -> Any:
    """A field by its ``camelCase`` name or, as Google reads both, its ``snake_case`` one; None where it is not."""
    if not isinstance(holder, dict):
        return None
    return holder.get(name, holder.get(re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name)))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list, or the one object that stands in its place."""
    items = value if isinstance(value, list) else [value]
    return (item for item in items if isinstance(item, dict))


def model_of(path: str) -> str | None:
    """The model, tuned model or endpoint that a path names."""
    match = _MODEL.search(path)
    return unquote(match[1]) if match else None


def _turns(content: dict[str, Any]) -> Iterator[Turn]:
    """A content as turns: results of functions come first and speak as ``tool``; a function's call by its arguments."""
    calls = []
    parts = list(objects(content.get("parts")))
    for part in parts:
        if isinstance(result := given(part, "functionResponse"), dict):
            yield Turn("tool", dump(result.get("response")).decode())
        if isinstance(call := given(part, "functionCall"), dict):
            calls.append(dump(call.get("args")).decode())
    yield Turn(string(content.get("role")) or "user", "\n".join(filter(None, (text_of(parts), *calls))))


def turns(body: dict[str, Any]) -> tuple[Turn, ...]:
    """The system's instruction and the contents, in order."""
    instruction = given(body, "systemInstruction")
    parts = instruction.get("parts") if isinstance(instruction, dict) else instruction
    system = text_of([parts] if isinstance(parts, dict) else parts)
    opening = (Turn("system", system),) if system else ()
    return (*opening, *(turn for content in objects(body.get("contents")) for turn in _turns(content)))


def read(service: str, request: Request, messages: tuple[Turn, ...] | None = None) -> Call:
    """The parts of a call that all services write alike; ``messages`` are those of ``contents`` unless given."""
    messages = turns(request.json) if messages is None else messages
    return Call(
        service=service,
        request=request,
        model=model_of(request.path),
        stream=request.path.rstrip("/").endswith(":streamGenerateContent"),
        text=last_said(messages),
        turns=messages,
        conversation=digest_of_history(messages),
        api_key=digest_of_key(request.headers, request.query),
        attempt=attempt_of(request.headers),
        step=step_of(tool_messages(request.json)),
    )


def json_schema(schema: Any, depth: int = 0) -> dict[str, Any]:
    """A schema in JSON Schema's words: Google writes types in capitals."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return {}
    plain = dict(schema)
    if isinstance(kind := plain.get("type"), str):
        plain["type"] = kind.lower()
    if isinstance(inner := plain.get("properties"), dict):
        plain["properties"] = {name: json_schema(value, depth + 1) for name, value in inner.items()}
    if isinstance(plain.get("items"), dict):
        plain["items"] = json_schema(plain["items"], depth + 1)
    for key in ("anyOf", "any_of"):
        if isinstance(plain.get(key), list):
            plain["anyOf"] = [json_schema(choice, depth + 1) for choice in plain[key]]
    return plain


def _tools(body: dict[str, Any]) -> Iterator[Tool]:
    for tool in objects(body.get("tools")):
        for function in objects(given(tool, "functionDeclarations")):
            schema = given(function, "parametersJsonSchema") or function.get("parameters")
            if name := string(function.get("name")):
                yield Tool(name, json_schema(schema))


def _message(content: dict[str, Any]) -> Message:
    parts = list(objects(content.get("parts")))
    results = any(given(part, "functionResponse") for part in parts)
    names = (string(given(given(part, "functionCall"), "name")) for part in parts)
    asks = string(content.get("role")) in (None, "user") and not results
    return Message(asks, tuple(name for name in names if name), results)


def tool_messages(body: dict[str, Any]) -> list[Message]:
    """The contents, as far as functions go."""
    return [_message(content) for content in objects(body.get("contents"))]


_MODES = {"": "auto", "MODE_UNSPECIFIED": "auto", "AUTO": "auto", "VALIDATED": "auto", "ANY": "any"}


def choose(body: dict[str, Any]) -> tuple[Tool | None, tuple[Tool, ...]]:
    """The function that must be called (only in mode ``ANY``), and those that the model may call.

    https://ai.google.dev/gemini-api/docs/function-calling#function_calling_modes
    """
    config = given(given(body, "toolConfig"), "functionCallingConfig")
    mode, names = given(config, "mode"), given(config, "allowedFunctionNames")
    only = tuple(filter(None, map(string, names))) if isinstance(names, list) else ()
    chosen = _MODES.get(str(mode or "").upper())
    choice = NONE if chosen is None else Choice("any" if chosen == "any" else "auto", only)
    return choose_from(_tools(body), choice, tool_messages(body))


def asked(call: Call) -> Asked:
    """The function, the form and the length that the caller insists on, and the functions that it offers."""
    config = given(call.body, "generationConfig")
    limit = given(config, "maxOutputTokens")
    schema = given(config, "responseJsonSchema") or given(config, "responseSchema")
    is_json = given(config, "responseMimeType") == "application/json"
    tool, offered = choose(call.body)
    return Asked(
        tool=tool,
        offered=offered,
        schema=json_schema(schema) if is_json else None,
        limit=limit if isinstance(limit, int) and not isinstance(limit, bool) else None,
        thinks=given(given(config, "thinkingConfig"), "includeThoughts") is True,
    )


class GeminiDialect(PlainDialect):
    """Base of every Gemini service, and itself ``gemini.other``: reads and fails as all do, never streams.

    ``provider`` is whose service it is: ``gemini``, or ``vertex``, which speaks alike.
    """

    service: str = "gemini.other"

    def __init__(self, provider: str = "gemini") -> None:
        self.service = f"{provider}.{self.service.partition('.')[2]}"

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises."""
        return read(self.service, request)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer: an empty object, which is how Google says an empty list."""
        return ok(answer, {})

    def failure(self, call: Call, failure: Failure) -> Reply:
        """Google's error body; the wait is in it, and in no header."""
        error = gemini_errors.error_of(call, failure)
        return Reply(error.code, headers(failure.id), pretty({"error": error.body}) + b"\n")

    def wait(self, reply: Reply, now: float) -> float | None:
        """By ``RetryInfo``, which clients can read; else what the text of the error says, or a header."""
        named = (gemini_errors.retry_delay(reply), waits.in_errors(reply), waits.in_headers(reply, now))
        return next((wait for wait in named if wait is not None), None)
