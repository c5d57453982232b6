"""Mistral's accent: https://docs.mistral.ai/api, and public reports of real answers.

The gateway in front (Kong) refuses in ``{"message"}``, the framework behind in ``{"detail"}``, the service itself in
an error object with a number for a code.
"""

from __future__ import annotations

from typing import Any, ClassVar

from brownout.dialects.compatible.accent import LINES, REQUESTS, TOKENS, Accent, Line, Lines
from brownout.dialects.headers import cf_ray, hexadecimal, uuid, whole
from brownout.dialects.openai.error import Error
from brownout.exchange import Answer, Call, Failure, FailureKind, Headers

_GATEWAY, _DETAIL = "gateway", "detail"
_WINDOW_TEXT = (
    "Prompt contains {sent} tokens and 0 draft tokens, too large for model with {window} maximum context length"
)
_PREFILL = "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant"
_LIMITED = Line(429, "Rate limit exceeded", "rate_limited", "1300")
_INVALID_MODEL = Line(400, "Invalid model: {model}", "invalid_model", "1500")
_UNAUTHORIZED = Line(401, "Unauthorized", _DETAIL)
_PER_MINUTE, _REQUESTS_PER_MINUTE = 500_000, 60


class Mistral(Accent):
    """Its codes are numbers: 1300 for a rate limit, 1500 for a model, 3051 for a long prompt, 3505 for capacity."""

    lines: ClassVar[Lines] = {
        **LINES,
        FailureKind.AUTH_EXPIRED: _UNAUTHORIZED,
        FailureKind.AUTH_REVOKED: _UNAUTHORIZED,
        FailureKind.CONTEXT_TOO_LONG: Line(400, _WINDOW_TEXT, "invalid_request_prompt", "3051"),
        FailureKind.INVALID_REQUEST: Line(422, "JSON decode error", _DETAIL),
        FailureKind.MODEL_RETIRED: _INVALID_MODEL,
        FailureKind.NOT_FOUND: _INVALID_MODEL,
        FailureKind.OVERLOADED: Line(
            429, "Service tier capacity exceeded for this model.", "service_tier_capacity_exceeded", "3505"
        ),
        FailureKind.PERMISSION_DENIED: Line(403, "You cannot consume this service", _GATEWAY),
        FailureKind.PREFILL_REFUSED: Line(400, _PREFILL, "invalid_request_message_order", "3230"),
        FailureKind.QUOTA_EXHAUSTED: Line(402, "Payment required", _DETAIL),
        REQUESTS: _LIMITED,
        TOKENS: _LIMITED,
        FailureKind.SERVER_ERROR: Line(500, "Internal server error", "internal_server_error"),
        FailureKind.TIMEOUT: Line(504, "The upstream server is timing out", _GATEWAY),
        FailureKind.TOO_LARGE: Line(413, "Request size limit exceeded", _GATEWAY),
        401: _UNAUTHORIZED,
        404: Line(404, "no Route matched with those values", _GATEWAY),
        405: Line(405, "Method Not Allowed", _DETAIL),
    }
    models = (
        "mistral-large-latest",
        "mistral-medium-latest",
        "mistral-small-latest",
        "codestral-latest",
        "mistral-embed",
    )

    def headers(self, call: Call, id: str, content_type: str = "application/json") -> Headers:
        """The gateway's, with the correlation id that support asks for."""
        return (
            ("content-type", content_type),
            ("mistral-correlation-id", uuid("correlation", id)),
            ("x-kong-request-id", hexadecimal("kong", id, 32)),
            ("x-kong-upstream-latency", str(120 + int(hexadecimal("took", id, 2), 16))),
            ("x-kong-proxy-latency", "7"),
            ("cf-cache-status", "DYNAMIC"),
            ("server", "cloudflare"),
            ("cf-ray", cf_ray(id)),
        )

    def allowance(self, call: Call, answer: Answer) -> Headers:
        """What is left of this minute's requests and tokens."""
        left = max(0, _PER_MINUTE - answer.input_tokens - answer.output_tokens)
        return (
            ("x-ratelimit-limit-req-minute", str(_REQUESTS_PER_MINUTE)),
            ("x-ratelimit-remaining-req-minute", str(_REQUESTS_PER_MINUTE - 1)),
            ("x-ratelimit-limit-tokens-minute", str(_PER_MINUTE)),
            ("x-ratelimit-remaining-tokens-minute", str(left)),
        )

    def error_headers(self, failure: Failure, error: Error) -> Headers:
        """The allowance that is used up, and the wait."""
        headers: list[tuple[str, str]] = []
        unit = {REQUESTS: "req", TOKENS: "tokens"}.get(failure.kind)
        if unit and failure.limit is not None and failure.remaining is not None:
            headers.append((f"x-ratelimit-limit-{unit}-minute", str(failure.limit)))
            headers.append((f"x-ratelimit-remaining-{unit}-minute", str(failure.remaining)))
        if failure.retry_after is not None:
            headers.append(("retry-after", whole(failure.retry_after)))
        return tuple(headers)

    def body(self, call: Call, failure: Failure, error: Error) -> Any:
        """The error in the form of the part of Mistral that refuses."""
        if error.type == _GATEWAY:
            return {"message": error.message, "request_id": hexadecimal("kong", failure.id, 32)}
        if error.type == _DETAIL and error.status == 422:
            place: list[str | int] = ["body", "model"] if failure.message else ["body", 0]
            kind = "missing" if failure.message else "json_invalid"
            return {"detail": [{"type": kind, "loc": place, "msg": error.message, "input": None}]}
        if error.type == _DETAIL:
            return {"detail": error.message}
        fields = {"type": error.type, "param": error.param, "code": error.code, "raw_status_code": error.status}
        return {"object": "error", "message": error.message, **fields}
