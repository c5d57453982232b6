"""An accent: how a platform that speaks OpenAI's grammar differs from OpenAI in all of its services. Pure.

Headers and errors of the base are those that nobody would take for another platform's: the form is OpenAI's
(https://platform.openai.com/docs/guides/error-codes), names and texts are nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from brownout.dialects.encoding import JSON, dump, event
from brownout.dialects.family import family_path_of
from brownout.dialects.headers import cf_ray, uuid, whole
from brownout.dialects.openai import errors as openai_errors
from brownout.dialects.openai.error import INVALID_REQUEST, Error
from brownout.exchange import Answer, Call, Failure, FailureKind, Headers, Reply, Request

REQUESTS, TOKENS = FailureKind.RATE_LIMIT_REQUESTS, FailureKind.RATE_LIMIT_TOKENS
_UNIT = {
    (REQUESTS, "minute"): "requests per minute (RPM)",
    (REQUESTS, "day"): "requests per day (RPD)",
    (REQUESTS, "at_once"): "concurrent requests",
    (TOKENS, "minute"): "tokens per minute (TPM)",
    (TOKENS, "day"): "tokens per day (TPD)",
}
_DEFAULT_LIMIT = {REQUESTS: 60, TOKENS: 30_000}
_WINDOW = 131_072
_LIMITED = (
    "Rate limit reached for model `{model}` on {unit}: Limit {limit}, Used {used}, Requested {requested}. Please try "
    "again in {wait}."
)
_TOO_LONG = (
    "This model's maximum context length is {window} tokens. However, your messages resulted in {sent} tokens. Please "
    "reduce the length of the messages."
)


class Line(NamedTuple):
    """One error: status, text with figures in braces (see ``figures``), and the other fields of OpenAI's form."""

    status: int
    text: str
    type: str = INVALID_REQUEST
    code: str | None = None
    param: str | None = None


Lines = Mapping[FailureKind | int, Line]
"""Errors by kind; an invalid request may have others for the statuses 401, 404 and 405."""

LINES: Lines = {
    FailureKind.ACCOUNT_FLAGGED: Line(403, "This account has been disabled.", "permission_error", "account_disabled"),
    FailureKind.AUTH_EXPIRED: Line(401, "The API key has expired.", code="invalid_api_key"),
    FailureKind.AUTH_REVOKED: Line(401, "Invalid API Key", code="invalid_api_key"),
    FailureKind.CONFLICT: Line(409, "Another request is working on the same resource.", code="conflict"),
    FailureKind.CONTENT_REFUSED: Line(
        400, "The prompt was rejected by the content policy.", code="content_policy_violation"
    ),
    FailureKind.CONTEXT_TOO_LONG: Line(400, _TOO_LONG, code="context_length_exceeded", param="messages"),
    FailureKind.HISTORY_MISSING: Line(404, "Response with id '{history}' not found.", code="not_found"),
    FailureKind.INVALID_REQUEST: Line(400, "The request body is no valid JSON object."),
    FailureKind.MODEL_RETIRED: Line(
        404, "The model `{model}` is no longer available.", code="model_not_found", param="model"
    ),
    FailureKind.NOT_FOUND: Line(
        404, "The model `{model}` does not exist or you do not have access to it.", code="model_not_found"
    ),
    FailureKind.OVERLOADED: Line(
        503, "The model is overloaded. Please try again later.", "service_unavailable_error", "service_unavailable"
    ),
    FailureKind.PERMISSION_DENIED: Line(
        403, "This API key may not do that.", "permission_error", "insufficient_permissions"
    ),
    FailureKind.PREFILL_REFUSED: Line(400, "The last message must be from the user.", param="messages"),
    FailureKind.QUOTA_EXHAUSTED: Line(
        429, "You exceeded your current quota. Please check your plan.", "insufficient_quota", "insufficient_quota"
    ),
    REQUESTS: Line(429, _LIMITED, "requests", "rate_limit_exceeded"),
    TOKENS: Line(429, _LIMITED, "tokens", "rate_limit_exceeded"),
    FailureKind.REGION_BLOCKED: Line(
        403, "Country, region, or territory not supported", "request_forbidden", "unsupported_country_region_territory"
    ),
    FailureKind.SERVER_ERROR: Line(500, "Internal server error", "server_error"),
    FailureKind.TIMEOUT: Line(504, "The model did not answer in time.", "timeout", "timeout"),
    FailureKind.TOO_LARGE: Line(413, "Request Entity Too Large", code="request_too_large"),
    401: Line(401, "No API key provided.", code="invalid_api_key"),
    404: Line(404, "Unknown request URL: {method} {path}", code="unknown_url"),
    405: Line(405, "Method {method} is not allowed for {path}", code="method_not_allowed"),
}


def figures(call: Call, failure: Failure) -> dict[str, Any]:
    """What texts quote: model, path, limits and waits (``wait`` as ``1.4s``, ``seconds`` whole)."""
    limit = _DEFAULT_LIMIT.get(failure.kind, 60) if failure.limit is None else failure.limit
    remaining = failure.remaining or 0
    wait = next(seconds for seconds in (failure.retry_after, failure.reset, 20.0) if seconds is not None)
    window = failure.limit if failure.kind is FailureKind.CONTEXT_TOO_LONG and failure.limit else _WINDOW
    return {
        "model": call.model or family_path_of(call).removeprefix("/v1/models/"),
        "method": call.request.method,
        "path": call.request.path,
        "host": call.request.host,
        "unit": _UNIT.get((failure.kind, failure.per), _UNIT[REQUESTS, "minute"]),
        "limit": limit,
        "used": max(0, limit - remaining),
        "requested": max(remaining + 1, len(call.text) // 4) if failure.kind is TOKENS else 1,
        "wait": openai_errors.go_duration(wait),
        "seconds": whole(wait),
        "window": window,
        "sent": max(window * 9 // 8, len(call.request.body) // 4),
        "history": call.conversation or f"resp_{failure.id}",
    }


class Accent:
    """The accent of a platform of which only the host is known. A known platform overrides what differs."""

    lines: ClassVar[Lines] = LINES
    models: ClassVar[tuple[str, ...]] = ("default",)

    def headers(self, call: Call, id: str, content_type: str = JSON) -> Headers:
        """What comes with every answer of the platform's own, good or bad."""
        return (
            ("content-type", content_type),
            ("x-request-id", uuid("request", id)),
            ("cf-cache-status", "DYNAMIC"),
            ("server", "cloudflare"),
            ("cf-ray", cf_ray(id)),
        )

    def allowance(self, call: Call, answer: Answer) -> Headers:
        """The rate-limit headers of a healthy answer."""
        return ()

    def model(self, request: Request) -> str | None:
        """The model that a request names elsewhere than in its body."""
        return None

    def line(self, call: Call, failure: Failure) -> Line:
        """The error of a failure, before its figures are filled in."""
        status = failure.status
        if failure.kind is FailureKind.INVALID_REQUEST and status is not None and status in self.lines:
            return self.lines[status]
        if failure.kind is FailureKind.NOT_FOUND and call.part == "other":
            return self.lines[404]
        return self.lines[failure.kind]

    def error(self, call: Call, failure: Failure) -> Error:
        """The error that this provider has for a failure."""
        line = self.line(call, failure)
        text = line.text.format_map(figures(call, failure)) if failure.message is None else failure.message
        return Error(failure.status or line.status, text, line.type, failure.code or line.code, line.param)

    def error_headers(self, failure: Failure, error: Error) -> Headers:
        """What only an error carries; a figure that the failure does not hold stays away."""
        return tuple(header for header in openai_errors.headers_of(failure, error) if header[0] != "retry-after-ms")

    def body(self, call: Call, failure: Failure, error: Error) -> Any:
        """The JSON of an error: OpenAI's, unless a provider has its own."""
        return {"error": error.body}

    def failure(self, call: Call, failure: Failure) -> Reply:
        """The whole answer of a failure before anything was sent."""
        error = self.error(call, failure)
        headers = (*self.headers(call, failure.id), *self.error_headers(failure, error))
        return Reply(error.status, headers, dump(self.body(call, failure, error)))

    def stream_error(self, call: Call, failure: Failure) -> Error:
        """The error of a failure inside a stream."""
        return self.error(call, failure)

    def stream_failure(self, call: Call, failure: Failure) -> bytes:
        """The error in the place of a chunk of a chat."""
        return event({"error": self.stream_error(call, failure).body})


NEUTRAL = Accent()
