"""Anthropic's errors: status, type and text of each kind of failure, and the headers that go with them. Pure.

Types: https://docs.claude.com/en/api/errors; headers: https://docs.claude.com/en/api/rate-limits; texts from public
reports of real answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from brownout.dialects.headers import rfc3339, whole
from brownout.exchange import Call, Failure, FailureKind, Headers

OVERLOADED = 529
_RATE_LIMIT = (
    "This request would exceed your organization's rate limit of {limit:,} {unit} per minute (org: {organization}, "
    "model: {model}). For details, refer to: https://docs.claude.com/en/api/rate-limits. You can see the response "
    "headers for current usage. Please reduce the prompt length or the maximum tokens requested, or try again later."
)
_BY_STATUS = {
    400: ("invalid_request_error", "Invalid request"),
    401: ("authentication_error", "x-api-key header is required"),
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
_STATUS = {
    FailureKind.SERVER_ERROR: 500,
    FailureKind.OVERLOADED: OVERLOADED,
    FailureKind.RATE_LIMIT_REQUESTS: 429,
    FailureKind.RATE_LIMIT_TOKENS: 429,
    FailureKind.HISTORY_MISSING: 404,
    FailureKind.INVALID_REQUEST: 400,
    FailureKind.NOT_FOUND: 404,
}
_LIMITED = {
    FailureKind.RATE_LIMIT_REQUESTS: ("requests",),
    FailureKind.RATE_LIMIT_TOKENS: ("input-tokens", "tokens"),
}
_SHOULD_RETRY = {400: "false", 401: "false", 404: "false", 429: "true", 500: "true", OVERLOADED: "true"}


@dataclass(frozen=True)
class Error:
    """One error before it becomes bytes."""

    status: int
    type: str
    message: str

    @property
    def body(self) -> dict[str, str]:
        """The object under ``error``."""
        return {"type": self.type, "message": self.message}


def _message(call: Call, failure: Failure, status: int, organization: str) -> str:
    """The usual text, with what the call names in it."""
    if failure.kind in _LIMITED and failure.limit is not None:
        unit = "requests" if failure.kind is FailureKind.RATE_LIMIT_REQUESTS else "input tokens"
        model = call.model or "unknown"
        return _RATE_LIMIT.format(limit=failure.limit, unit=unit, organization=organization, model=model)
    if failure.kind is FailureKind.NOT_FOUND:
        named = call.request.path.rstrip("/").removeprefix("/v1/models/")
        model_named = named if "/" not in named else call.model
        if model_named and call.service != "anthropic.other":
            return f"model: {model_named}"
    return _BY_STATUS.get(status, _BY_STATUS[500])[1]


def error_of(call: Call, failure: Failure, organization: str) -> Error:
    """Anthropic's error for a failure; ``organization`` is the id that a rate limit's text quotes."""
    status = failure.status or _STATUS[failure.kind]
    type = _BY_STATUS.get(status, _BY_STATUS[500 if status >= 500 else 400])[0]
    if failure.kind is FailureKind.OVERLOADED:
        type = "overloaded_error"
    message = _message(call, failure, status, organization) if failure.message is None else failure.message
    return Error(status, type, message)


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
    found: list[tuple[str, str]] = []
    if error.status in _SHOULD_RETRY:
        found.append(("x-should-retry", _SHOULD_RETRY[error.status]))
    if error.type == "overloaded_error":
        found.append(("cache-control", "no-store, no-cache"))
    if failure.limit is not None and failure.remaining is not None and failure.reset is not None:
        for name in _LIMITED.get(failure.kind, ()):
            found += quota(name, failure.limit, failure.remaining, failure.now + failure.reset)
    if failure.retry_after is not None:
        found.append(("retry-after", whole(failure.retry_after)))
    return tuple(found)
