"""What all OpenAI services share on the wire: headers, JSON, reading a request, tools and formats it asks for. Pure.

Headers and bodies follow https://platform.openai.com/docs/api-reference.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from brownout.dialects import toolbox, waits
from brownout.dialects.base import PlainDialect
from brownout.dialects.compatible.accents import accent_of
from brownout.dialects.encoding import JSON as JSON
from brownout.dialects.encoding import SSE as SSE
from brownout.dialects.encoding import dump as dump
from brownout.dialects.encoding import event as event
from brownout.dialects.headers import cf_ray
from brownout.dialects.openai import errors as openai_errors
from brownout.dialects.openai import tools as openai_tools
from brownout.dialects.openai.error import Error
from brownout.dialects.reading import attempt_of, digest_of_key, last_said, string, turns_of, wants_websocket
from brownout.exchange import Answer, Asked, Call, Failure, Headers, Reply, Request, Turn

GENERATED = ("chat", "embeddings", "responses")
_HEX32 = re.compile(r"[0-9a-f]{32}")


def digest(*parts: str, size: int = 8) -> str:
    """``2 * size`` hex digits that stand for the parts."""
    hashed = hashlib.blake2b(digest_size=size)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        hashed.update(len(encoded).to_bytes(4) + encoded)
    return hashed.hexdigest()


def request_id(id: str) -> str:
    """A request's id: ``req_`` and 32 hex digits."""
    return f"req_{id if _HEX32.fullmatch(id) else digest(id, size=16)}"


@lru_cache(maxsize=1024)
def _owned(what: str, api_key: str | None) -> str:
    return digest(what, api_key or "", size=12)


def organization(call: Call) -> str:
    """The organization that a key belongs to: the same for the same key."""
    return f"org-{_owned('organization', call.api_key)}"


def headers(call: Call, id: str, content_type: str = JSON) -> Headers:
    """What OpenAI, or a platform that speaks alike, sends with every answer of its own, good or bad.

    ``alt-svc`` stays away: it would invite a client to HTTP/3, past every proxy. So do the CDN's cookies.
    """
    accent = accent_of(call.provider)
    if accent is not None:
        return accent.headers(call, id, content_type)
    took = 120 + int(digest("took", id, size=2), 16) % 600
    return (
        ("content-type", content_type),
        ("access-control-expose-headers", "X-Request-ID"),
        ("openai-organization", organization(call)),
        ("openai-processing-ms", str(took)),
        ("openai-project", f"proj_{_owned('project', call.api_key)}"),
        ("openai-version", "2020-10-01"),
        ("x-envoy-upstream-service-time", str(took + 8)),
        ("x-request-id", request_id(id)),
        ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        ("cf-cache-status", "DYNAMIC"),
        ("x-content-type-options", "nosniff"),
        ("server", "cloudflare"),
        ("cf-ray", cf_ray(id)),
    )


def allowance(call: Call, answer: Answer) -> Headers:
    """The rate-limit headers of a healthy answer: one request and its tokens gone from a full bucket."""
    if call.part not in GENERATED:
        return ()
    accent = accent_of(call.provider)
    if accent is not None:
        return accent.allowance(call, answer)
    tokens = answer.input_tokens + answer.output_tokens
    return (
        ("x-ratelimit-limit-requests", "10000"),
        ("x-ratelimit-limit-tokens", "200000"),
        ("x-ratelimit-remaining-requests", "9999"),
        ("x-ratelimit-remaining-tokens", str(max(0, 200_000 - tokens))),
        ("x-ratelimit-reset-requests", "6ms"),
        ("x-ratelimit-reset-tokens", openai_errors.go_duration(tokens / 200_000 * 60)),
    )


def ok(call: Call, answer: Answer, value: Any, write: Callable[[Any], bytes] = dump) -> Reply:
    """A healthy JSON answer, with the headers of one; ``write`` makes its bytes."""
    return Reply(200, (*headers(call, answer.id), *allowance(call, answer)), write(value))


def head(call: Call, answer: Answer) -> Reply:
    """Status and headers of a healthy stream."""
    return Reply(200, (*headers(call, answer.id, SSE), *allowance(call, answer)))


def padding(answer: Answer, index: int) -> str:
    """The ``obfuscation`` of a delta: noise of varying length that hides how long the token is."""
    noise = digest("obfuscation", answer.id, str(index))
    return noise[: 2 + int(noise[0], 16) % 10]


def user_of(body: dict[str, Any]) -> str | None:
    """The end user a call is made for, as the application names them."""
    metadata = body.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    names = (body.get("safety_identifier"), body.get("user"), named.get("user_id"), named.get("user"))
    return next((text for text in map(string, names) if text), None)


def read(
    service: str, request: Request, turns: tuple[Turn, ...] | None = None, conversation: str | None = None
) -> Call:
    """The parts of a call that all services write alike; ``turns`` from ``messages`` unless given."""
    body = request.json
    messages = turns_of(body.get("messages")) if turns is None else turns
    accent = accent_of(service.partition(".")[0])
    return Call(
        service=service,
        request=request,
        model=string(body.get("model")) or (accent.model(request) if accent else None),
        stream=body.get("stream") is True,
        text=last_said(messages),
        turns=messages,
        conversation=conversation,
        user=user_of(body),
        api_key=digest_of_key(request.headers),
        attempt=attempt_of(request.headers),
        upgrade=wants_websocket(request.method, request.headers),
        step=toolbox.step_of(openai_tools.messages(body)),
    )


def json_schema(body: dict[str, Any]) -> dict[str, Any] | None:
    """The schema that the answer's text must satisfy; empty for any JSON object, None for plain text."""
    text = body.get("text")
    wanted = text.get("format") if isinstance(text, dict) else body.get("response_format")
    if not isinstance(wanted, dict):
        return None
    if wanted.get("type") == "json_object":
        return {}
    if wanted.get("type") != "json_schema":
        return None
    holder = wanted["json_schema"] if isinstance(wanted.get("json_schema"), dict) else wanted
    schema = holder.get("schema")
    return schema if isinstance(schema, dict) else {}


_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


def asked(call: Call) -> Asked:
    """The function, the form and the length that the caller insists on, and the functions that it offers."""
    given = (call.body.get(name) for name in _LIMITS)
    limit = min((value for value in given if isinstance(value, int) and not isinstance(value, bool)), default=None)
    tool, offered = openai_tools.choose(call.body)
    return Asked(tool, json_schema(call.body), limit, offered)


def error_of(call: Call, failure: Failure) -> Error:
    """The error of a failure inside a stream, of OpenAI or of a platform that speaks alike."""
    accent = accent_of(call.provider)
    if accent is not None:
        return accent.stream_error(call, failure)
    return openai_errors.error_of(call, failure, organization(call), request_id(failure.id))


class OpenAIDialect(PlainDialect):
    """Base of every OpenAI service, and itself ``openai.other``: reads and fails as all do, never streams."""

    service: str = "openai.other"

    def read(self, request: Request) -> Call:
        """What the request asks for; never a stream, which these services have none of. Never raises."""
        return replace(read(self.service, request), stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer: an empty list, which is what most services without a dialect of their own can say."""
        return ok(call, answer, {"object": "list", "data": [], "has_more": False})

    def failure(self, call: Call, failure: Failure) -> Reply:
        """OpenAI's error body, or that of a platform that speaks alike, with the headers that belong to it."""
        accent = accent_of(call.provider)
        if accent is not None:
            return accent.failure(call, failure)
        error = openai_errors.error_of(call, failure, organization(call), request_id(failure.id))
        extra = openai_errors.headers_of(failure, error)
        return Reply(error.status, (*headers(call, failure.id), *extra), dump({"error": error.body}))

    def wait(self, reply: Reply, now: float) -> float | None:
        """What its headers say, else the text of its error: a limit names the wait in both, in a stream there only."""
        wait = waits.in_headers(reply, now)
        return waits.in_errors(reply) if wait is None else wait
