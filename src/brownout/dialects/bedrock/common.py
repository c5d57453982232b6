"""What all Bedrock services share on the wire: headers, JSON, reading a request, streams that end early. Pure.

Headers and bodies follow https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from brownout.dialects.base import PlainDialect
from brownout.dialects.bedrock import errors as bedrock_errors
from brownout.dialects.encoding import JSON, dump
from brownout.dialects.headers import hexadecimal, uuid
from brownout.dialects.reading import attempt_of, digest_of_history, digest_of_key, last_said, string, text_of
from brownout.dialects.sent import Sent
from brownout.dialects.toolbox import Message, step_of
from brownout.exchange import Answer, Call, Failure, Headers, Reply, Request, Turn
from brownout.wire import eventstream

DEFAULT_MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0"
_CORAL = "http://internal.amazon.com/coral"
# Raised by the frame that all AWS services stand in, before Bedrock sees a request.
_FRAME = (
    "ExpiredTokenException",
    "MissingAuthenticationTokenException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "UnsupportedOperationException",
)
_PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def object_of(text: str) -> dict[str, Any]:
    """The JSON object in a text; an empty one where it holds none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def objects(value: object) -> Iterator[dict[str, Any]]:
    """The objects in a list, whatever is given."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def count(value: object) -> int | None:
    """A number of tokens; None for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def headers(id: str, content_type: str = JSON) -> Headers:
    """What Bedrock sends with every answer, good or bad."""
    return (("content-type", content_type), ("x-amzn-requestid", uuid("request", id)))


def ok(answer: Answer, value: Any, extra: Headers = ()) -> Reply:
    """A healthy JSON answer, with the headers of one and ``extra`` ones."""
    return Reply(200, (*headers(answer.id), *extra), dump(value))


def latency(id: str) -> int:
    """Milliseconds that the model says it took."""
    return 300 + int(hexadecimal("took", id, 3), 16) % 900


def padding(id: str, number: int) -> str:
    """Noise that hides the length of an event: the beginning of an alphabet."""
    return _PADDING[: 1 + int(hexadecimal("padding", f"{id}|{number}", 4), 16) % len(_PADDING)]


def model_of(path: str) -> str | None:
    """The model that a path names, unescaped: ``anthropic.claude-haiku-4-5-20251001-v1:0``."""
    first, _, rest = path.strip("/").partition("/")
    return unquote(rest.partition("/")[0]) or None if first in ("model", "foundation-models") else None


def _said(block: dict[str, Any]) -> str:
    """The words of a content block; a tool's use counts by its input, a result by its words and objects."""
    for key, part in (("toolUse", "input"), ("toolResult", "content")):
        held = block.get(key)
        if isinstance(held, dict):
            inner = held.get(part)
            shown = [dump(item["json"]).decode() for item in objects(inner) if "json" in item]
            return "\n".join(filter(None, (text_of(inner) if key == "toolResult" else dump(inner).decode(), *shown)))
    return text_of([block])


def _turn(message: dict[str, Any]) -> Turn:
    blocks = list(objects(message.get("content")))
    role = "tool" if any("toolResult" in block for block in blocks) else str(message["role"])
    text = message["content"] if isinstance(message.get("content"), str) else "\n".join(map(_said, blocks))
    return Turn(role, text.strip("\n"))


def turns(body: dict[str, Any]) -> tuple[Turn, ...]:
    """The system text and the messages, in order."""
    system = text_of(body.get("system"))
    opening = (Turn("system", system),) if system else ()
    messages = (message for message in objects(body.get("messages")) if isinstance(message.get("role"), str))
    return (*opening, *map(_turn, messages))


def messages(body: dict[str, Any]) -> list[Message]:
    """The messages, as far as tools go, in the form of Converse or in Anthropic's."""
    return [_message(message) for message in objects(body.get("messages"))]


def _message(message: dict[str, Any]) -> Message:
    blocks = list(objects(message.get("content")))
    results = any("toolResult" in block or block.get("type") == "tool_result" for block in blocks)
    uses = [block["toolUse"] for block in blocks if isinstance(block.get("toolUse"), dict)]
    uses += [block for block in blocks if block.get("type") == "tool_use"]
    names = (string(use.get("name")) for use in uses)
    return Message(message.get("role") == "user" and not results, tuple(name for name in names if name), results)


def read(service: str, request: Request, turns: tuple[Turn, ...], stream: bool = False) -> Call:
    """The parts of a call that all services write alike; only the path tells a stream."""
    return Call(
        service=service,
        request=request,
        model=model_of(request.path),
        stream=stream,
        text=last_said(turns),
        turns=turns,
        conversation=digest_of_history(turns),
        api_key=digest_of_key(request.headers),
        attempt=attempt_of(request.headers),
        step=step_of(messages(request.json)),
    )


class BedrockDialect(PlainDialect):
    """Base of every Bedrock service, and itself ``bedrock.other``. Streams of one with ``timeouts`` can time out."""

    service: str = "bedrock.other"
    timeouts = False

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises."""
        return read(self.service, request, turns(request.json))

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer: an empty object, which is what services without a dialect of their own can say."""
        return ok(answer, {})

    def failure(self, call: Call, failure: Failure) -> Reply:
        """Bedrock's error body; the header names the exception. It sends no Retry-After."""
        error = bedrock_errors.error_of(call, failure)
        package = "com.amazon.coral.service" if error.code in _FRAME else "com.amazon.bedrock"
        named = ("x-amzn-errortype", f"{error.code}:{_CORAL}/{package}/")
        return Reply(error.status, (*headers(failure.id), named), dump({error.key: error.message}))

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream. Raises ValueError where the call asks for none."""
        if not call.stream:
            return super().stream_head(call, answer)
        return Reply(200, headers(answer.id, eventstream.CONTENT_TYPE))

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An exception's frame; the clients raise from it and retry nothing. Raises ValueError without a stream."""
        if not call.stream:
            return super().stream_failure(call, failure, sent)
        error = bedrock_errors.error_of(call, failure)
        value: dict[str, Any] = {"message": error.message}
        kind = bedrock_errors.in_stream(error, self.timeouts)
        if kind == "modelStreamErrorException":
            value |= {"originalStatusCode": error.status, "originalMessage": error.message}
        return eventstream.exception(kind, dump(value))
