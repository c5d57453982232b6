"""Cohere's errors: status and text of each kind of failure. Pure.

Statuses and most texts: https://docs.cohere.com/reference/errors; the rest from public reports of real answers.
"""

from __future__ import annotations

from dataclasses import replace

from brownout.dialects.error_table import Error, ErrorTable, as_asked
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
_KINDS = {
    FailureKind.ACCOUNT_FLAGGED: Error(403, "this account has been disabled"),
    FailureKind.AUTH_EXPIRED: Error(401, _BAD_KEY),
    FailureKind.AUTH_REVOKED: Error(401, _BAD_KEY),
    FailureKind.CONFLICT: Error(409, "conflict: the resource is being changed by another request"),
    FailureKind.CONTENT_REFUSED: Error(BLOCKED, "blocked input: please adjust your prompt and try again"),
    FailureKind.CONTEXT_TOO_LONG: Error(400, _TOO_LONG),
    FailureKind.HISTORY_MISSING: Error(404, "resource not found"),
    FailureKind.INVALID_REQUEST: Error(400, _BAD_BODY),
    FailureKind.MODEL_RETIRED: Error(404, _RETIRED),
    FailureKind.NOT_FOUND: Error(404, _NO_MODEL),
    FailureKind.OVERLOADED: Error(503, "service unavailable, please try again later"),
    FailureKind.PERMISSION_DENIED: Error(403, "you do not have permission to access this resource"),
    FailureKind.PREFILL_REFUSED: Error(400, "invalid request: the last message must not be from the assistant"),
    FailureKind.QUOTA_EXHAUSTED: Error(402, _NO_CREDIT),
    FailureKind.RATE_LIMIT_REQUESTS: Error(429, _TRIAL),
    FailureKind.RATE_LIMIT_TOKENS: Error(429, _TRIAL_TOKENS),
    FailureKind.REGION_BLOCKED: Error(403, "access from your region is not supported"),
    FailureKind.SERVER_ERROR: Error(500, "internal server error, this has been reported to our developers."),
    FailureKind.TIMEOUT: Error(504, "gateway timeout"),
    FailureKind.TOO_LARGE: Error(413, "request body is too large"),
}
_LIMITS = {
    FailureKind.CONTEXT_TOO_LONG: _WINDOW,
    FailureKind.RATE_LIMIT_REQUESTS: 40,
    FailureKind.RATE_LIMIT_TOKENS: 100_000,
}
_ERRORS = ErrorTable(
    _KINDS,
    {
        FailureKind.INVALID_REQUEST: {401: Error(401, _NO_KEY), 405: Error(405, "method not allowed")},
        FailureKind.SERVER_ERROR: {503: _KINDS[FailureKind.OVERLOADED], 504: _KINDS[FailureKind.TIMEOUT]},
    },
)


def _model(call: Call) -> str | None:
    path = call.request.path.rstrip("/")
    return path.removeprefix("/v1/models/") if path.startswith("/v1/models/") else call.model


def error_of(call: Call, failure: Failure) -> Error:
    """Cohere's status and text for a failure."""
    kind, error = failure.kind, _ERRORS.of(failure)
    model = _model(call)
    if kind in (FailureKind.NOT_FOUND, FailureKind.MODEL_RETIRED) and (model is None or call.part == "other"):
        error = _ERRORS[FailureKind.HISTORY_MISSING]
    limit = _LIMITS.get(kind, 0) if failure.limit is None else failure.limit
    text = error.message.format(limit=limit, count=limit + limit // 7 + 1, model=model)
    return as_asked(replace(error, message=text), failure)


def headers_of(failure: Failure) -> Headers:
    """The wait, in whole seconds; there are no figures of quotas in the headers of an error."""
    return (("retry-after", whole(failure.retry_after)),) if failure.retry_after is not None else ()
