"""Cohere's errors: status and text of each kind of failure. Pure.

Statuses and most texts: https://docs.cohere.com/reference/errors; the rest from public reports of real answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from brownout.dialects.headers import whole
from brownout.exchange import Call, Failure, FailureKind, Headers

BLOCKED = 498
_NO_KEY = "no api key supplied"
_BAD_KEY = "invalid api token"
_BAD_BODY = "invalid request: could not parse the body as a JSON object"
_TRIAL = (
    "You are using a Trial key, which is limited to {limit} API calls / minute. You can continue to use the Trial key "
    "for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'. "
    "Contact us on 'https://discord.gg/XW44jPfYJu' or email us at support@cohere.com with any questions"
)
_TRIAL_TOKENS = "trial token rate limit exceeded, limit is {limit} tokens per minute"
_NO_MODEL = "model '{model}' not found, make sure the correct model ID was used and that you have access to the model."
_RETIRED = (
    "model '{model}' was removed on September 15, 2025. See https://docs.cohere.com/docs/models#command for a list of "
    "models you can use instead."
)
_TOO_LONG = (
    "too many tokens: total number of tokens in the prompt cannot exceed {limit} - received {count}. Try using a "
    "shorter prompt, or enabling prompt truncating. See https://docs.cohere.com/reference/generate for more details."
)
_NO_CREDIT = "Please add or update your payment method at https://dashboard.cohere.com/billing?tab=payment to continue"
_WINDOW = 128_000
_ERRORS = {
    FailureKind.ACCOUNT_FLAGGED: (403, "this account has been disabled"),
    FailureKind.AUTH_EXPIRED: (401, _BAD_KEY),
    FailureKind.AUTH_REVOKED: (401, _BAD_KEY),
    FailureKind.CONFLICT: (409, "conflict: the resource is being changed by another request"),
    FailureKind.CONTENT_REFUSED: (BLOCKED, "blocked input: please adjust your prompt and try again"),
    FailureKind.CONTEXT_TOO_LONG: (400, _TOO_LONG),
    FailureKind.HISTORY_MISSING: (404, "resource not found"),
    FailureKind.INVALID_REQUEST: (400, _BAD_BODY),
    FailureKind.MODEL_RETIRED: (404, _RETIRED),
    FailureKind.NOT_FOUND: (404, _NO_MODEL),
    FailureKind.OVERLOADED: (503, "service unavailable, please try again later"),
    FailureKind.PERMISSION_DENIED: (403, "you do not have permission to access this resource"),
    FailureKind.QUOTA_EXHAUSTED: (402, _NO_CREDIT),
    FailureKind.RATE_LIMIT_REQUESTS: (429, _TRIAL),
    FailureKind.RATE_LIMIT_TOKENS: (429, _TRIAL_TOKENS),
    FailureKind.REGION_BLOCKED: (403, "access from your region is not supported"),
    FailureKind.SERVER_ERROR: (500, "internal server error, this has been reported to our developers."),
    FailureKind.TIMEOUT: (504, "gateway timeout"),
    FailureKind.TOO_LARGE: (413, "request body is too large"),
}
_LIMITS = {
    FailureKind.CONTEXT_TOO_LONG: _WINDOW,
    FailureKind.RATE_LIMIT_REQUESTS: 40,
    FailureKind.RATE_LIMIT_TOKENS: 100_000,
}
_OTHERS = {401: _NO_KEY, 405: "method not allowed"}
_BY_STATUS = {503: FailureKind.OVERLOADED, 504: FailureKind.TIMEOUT}


@dataclass(frozen=True)
class Error:
    """One error before it becomes bytes."""

    status: int
    message: str


def _model(call: Call) -> str | None:
    path = call.request.path.rstrip("/")
    return path.removeprefix("/v1/models/") if path.startswith("/v1/models/") else call.model


def error_of(call: Call, failure: Failure) -> Error:
    """Cohere's error for a failure; a status that is set keeps the kind's text unless it has one of its own."""
    plain = failure.kind is FailureKind.SERVER_ERROR
    kind = _BY_STATUS.get(failure.status or 0, failure.kind) if plain else failure.kind
    status, message = _ERRORS[kind]
    if kind is FailureKind.INVALID_REQUEST and failure.status in _OTHERS:
        message = _OTHERS[failure.status]
    model = _model(call)
    if kind in (FailureKind.NOT_FOUND, FailureKind.MODEL_RETIRED) and (model is None or call.part == "other"):
        message = "resource not found"
    limit = _LIMITS.get(kind, 0) if failure.limit is None else failure.limit
    text = message.format(limit=limit, count=limit + limit // 7 + 1, model=model)
    return Error(failure.status or status, text if failure.message is None else failure.message)


def headers_of(failure: Failure) -> Headers:
    """The wait, in whole seconds; there are no figures of quotas in the headers of an error."""
    return (("retry-after", whole(failure.retry_after)),) if failure.retry_after is not None else ()
