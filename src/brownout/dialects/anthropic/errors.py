"""Anthropic's errors: status, type and text of each kind of failure, and the headers that go with them. Pure.

Types: https://docs.claude.com/en/api/errors; headers: https://docs.claude.com/en/api/rate-limits; texts from public
reports of real answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brownout.dialects.error_table import STATUSES
from brownout.dialects.headers import first_of_next_month, rfc3339, whole
from brownout.dialects.paths import below
from brownout.exchange import Call, Failure, FailureKind, Headers

OVERLOADED = 529
_RATE_LIMIT = (
    "This request would exceed your organization's rate limit of {limit:,} {unit} per {per} (org: {organization}, "
    "model: {model}). For details, refer to: https://docs.claude.com/en/api/rate-limits. You can see the response "
    "headers for current usage. Please reduce the prompt length or the maximum tokens requested, or try again later."
)
# https://github.com/anthropics/anthropic-sdk-python/issues/496
_AT_ONCE = (
    "Number of concurrent connections has exceeded your rate limit. Please try again later or contact sales at "
    "https://www.anthropic.com/contact-sales to discuss your options for a rate limit increase."
)
_BY_STATUS = {
    400: ("invalid_request_error", "Invalid request"),
    401: ("authentication_error", "x-api-key header is required"),
    402: ("billing_error", "There is an issue with your billing or payment information."),
    403: ("permission_error", "Your API key does not have permission to use the specified resource."),
    404: ("not_found_error", "Not Found"),
    405: ("invalid_request_error", "Method Not Allowed"),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "This request would exceed your account's rate limit. Please try again later."),
    500: ("api_error", "Internal server error"),
    503: ("api_error", "upstream connect error or disconnect/reset before headers"),
    504: ("timeout_error", "Request timed out"),
    OVERLOADED: ("overloaded_error", "Overloaded"),
}
_STATUS = STATUSES | {
    FailureKind.ACCOUNT_FLAGGED: 400,
    FailureKind.OVERLOADED: OVERLOADED,
    FailureKind.QUOTA_EXHAUSTED: 400,
}
# Texts that belong to a kind, whatever its status.
_TEXTS = {
    FailureKind.ACCOUNT_FLAGGED: "This organization has been disabled.",
    FailureKind.AUTH_EXPIRED: "OAuth token has expired. Please obtain a new token or refresh your existing token.",
    FailureKind.AUTH_REVOKED: "invalid x-api-key",
    FailureKind.CONFLICT: "conflict",
    FailureKind.CONTENT_REFUSED: "Output blocked by content filtering policy",
    FailureKind.PREFILL_REFUSED: (
        "This model does not support assistant message prefill. The conversation must end with a user message."
    ),
    FailureKind.REGION_BLOCKED: "Request not allowed",
}
_CREDIT = (
    "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase "
    "credits."
)
_USAGE = "You have reached your specified API usage limits. You will regain access on {day} at 00:00 UTC."
_SPENT = "Your organization has reached its monthly spend limit."
# Status and text of each code of an exhausted quota; the first is meant where none is named.
_QUOTAS = {
    "credit_balance_too_low": (400, _CREDIT),
    "usage_limit_reached": (400, _USAGE),
    "billing_error": (402, _BY_STATUS[402][1]),
    "enforced_spend_limit_reached": (429, _SPENT),
    "contract_spend_limit_reached": (429, _SPENT),
}
_DETAILED = ("enforced_spend_limit_reached", "contract_spend_limit_reached")
_LIMITED = {
    FailureKind.RATE_LIMIT_REQUESTS: ("requests",),
    FailureKind.RATE_LIMIT_TOKENS: ("input-tokens", "tokens"),
}
_SHOULD_RETRY = {400: "false", 401: "false", 404: "false", 429: "true", 500: "true", OVERLOADED: "true"}
# The CDN turns these away before they reach the platform: no request id, and no frame around the error.
_AT_THE_EDGE = (FailureKind.REGION_BLOCKED, FailureKind.TOO_LARGE)
_WINDOW = 200_000  # tokens


@dataclass(frozen=True)
class Error:
    """One error before it becomes bytes."""

    status: int
    type: str
    message: str
    code: str | None = None
    at_the_edge: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """The object under ``error`` in the answer's JSON."""
        details = {"details": {"error_code": self.code}} if self.code else {}
        return {"type": self.type, "message": self.message, **details}


def _limited(call: Call, failure: Failure, organization: str) -> str:
    if failure.per == "at_once":
        return _AT_ONCE
    if failure.limit is None:
        return _BY_STATUS[429][1]
    unit = "requests" if failure.kind is FailureKind.RATE_LIMIT_REQUESTS else "input tokens"
    model = call.model or "unknown"
    figures = {"limit": failure.limit, "unit": unit, "per": failure.per}
    return _RATE_LIMIT.format(organization=organization, model=model, **figures)


def _unknown_model(call: Call) -> str | None:
    named = call.request.path.rstrip("/").removeprefix("/v1/models/")
    model = named if "/" not in named else call.model
    return f"model: {model}" if model and call.service != "anthropic.other" else None


def _missing(call: Call, kind: FailureKind) -> str | None:
    """What is said of a file that is not there, or of a model."""
    if call.part == "files" and kind in (FailureKind.NOT_FOUND, FailureKind.HISTORY_MISSING):
        named = below(call.request.path, "files")
        return f"File not found: {named[0]}" if named else None
    return _unknown_model(call) if kind in (FailureKind.MODEL_RETIRED, FailureKind.NOT_FOUND) else None


def _too_long(call: Call, failure: Failure) -> str:
    limit = failure.limit or _WINDOW
    sent = max(limit * 21 // 20, len(call.request.body) // 4)
    return f"prompt is too long: {sent} tokens > {limit} maximum"


def _message(call: Call, failure: Failure, status: int, organization: str) -> str:
    """The usual text, with what the call names in it."""
    kind = failure.kind
    if kind in _LIMITED:
        return _limited(call, failure, organization)
    if kind is FailureKind.CONTEXT_TOO_LONG:
        return _too_long(call, failure)
    if kind is FailureKind.QUOTA_EXHAUSTED:
        text = _QUOTAS.get(failure.code or "", (400, _CREDIT))[1]
        return text.format(day=first_of_next_month(failure.now))
    return _missing(call, kind) or _TEXTS.get(kind) or _BY_STATUS.get(status, _BY_STATUS[500])[1]


def error_of(call: Call, failure: Failure, organization: str) -> Error:
    """Anthropic's error for a failure; ``organization`` is the id that a rate limit's text quotes."""
    usual = _STATUS[failure.kind]
    if failure.kind is FailureKind.QUOTA_EXHAUSTED:
        usual = _QUOTAS.get(failure.code or "", (usual, ""))[0]
    status = failure.status or usual
    type = _BY_STATUS.get(status, _BY_STATUS[500 if status >= 500 else 400])[0]
    if failure.kind is FailureKind.OVERLOADED:
        type = "overloaded_error"
    if failure.kind is FailureKind.REGION_BLOCKED:
        type = "forbidden"
    message = _message(call, failure, status, organization) if failure.message is None else failure.message
    code = None if failure.code in _QUOTAS and failure.code not in _DETAILED else failure.code
    return Error(status, type, message, code, failure.kind in _AT_THE_EDGE)


def quota(name: str, limit: int, remaining: int, full_again: float) -> Headers:
    """The three headers of one allowance; ``full_again`` is in Unix seconds."""
    prefix = f"anthropic-ratelimit-{name}"
    return (
        (f"{prefix}-limit", str(limit)),
        (f"{prefix}-remaining", str(remaining)),
        (f"{prefix}-reset", rfc3339(full_again)),
    )


def headers_of(failure: Failure, error: Error) -> Headers:
    """The headers that only an error carries; a figure that the failure does not hold stays away.

    ``x-should-retry`` is what the official clients obey before anything else.
    """
    headers: list[tuple[str, str]] = []
    if error.status in _SHOULD_RETRY and not error.at_the_edge:
        headers.append(("x-should-retry", _SHOULD_RETRY[error.status]))
    if error.type == "overloaded_error":
        headers.append(("cache-control", "no-store, no-cache"))
    if failure.limit is not None and failure.remaining is not None and failure.reset is not None:
        for name in _LIMITED.get(failure.kind, ()):
            headers += quota(name, failure.limit, failure.remaining, failure.now + failure.reset)
    if failure.retry_after is not None:
        headers.append(("retry-after", whole(failure.retry_after)))
    return tuple(headers)
