"""Errors of Microsoft Graph: status, code and text of each kind of failure. Pure.

https://learn.microsoft.com/graph/errors and https://learn.microsoft.com/graph/throttling.
"""

from __future__ import annotations

from typing import NamedTuple

from brownout.exchange import Call, Failure, FailureKind, Headers

_TOKEN = "InvalidAuthenticationToken"
_THROTTLED = (429, "TooManyRequests", "Too many requests. Please retry after the time in the Retry-After header.")
_GONE = (404, "ResourceNotFound", "Resource could not be discovered.")
# The code of the second is what continuous access evaluation answers:
# https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation
_ERRORS = {
    FailureKind.ACCOUNT_FLAGGED: (403, "accessDenied", "The account has been disabled by the administrator."),
    FailureKind.AUTH_EXPIRED: (401, _TOKEN, "Lifetime validation failed, the token is expired."),
    FailureKind.AUTH_REVOKED: (
        401,
        _TOKEN,
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
        "TokenIssuedBeforeRevocationTimestamp",
    ),
    FailureKind.CONFLICT: (409, "Conflict", "The conversation is being changed by another request."),
    FailureKind.CONTENT_REFUSED: (400, "BadRequest", "The request was refused by the responsible AI policy."),
    FailureKind.CONTEXT_TOO_LONG: (400, "BadRequest", "The message exceeds the maximum length that is allowed."),
    FailureKind.HISTORY_MISSING: (404, "NotFound", "The conversation was not found."),
    FailureKind.INVALID_REQUEST: (
        400,
        "BadRequest",
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON "
        "format.",
    ),
    FailureKind.MODEL_RETIRED: _GONE,
    FailureKind.NOT_FOUND: _GONE,
    FailureKind.OVERLOADED: (503, "ServiceUnavailable", "The service is temporarily unavailable. Please retry later."),
    FailureKind.PERMISSION_DENIED: (403, "Forbidden", "Insufficient privileges to complete the operation."),
    FailureKind.QUOTA_EXHAUSTED: (
        402,
        "PaymentRequired",
        "The payment requirements for the API have not been met.",
    ),
    FailureKind.RATE_LIMIT_REQUESTS: _THROTTLED,
    FailureKind.RATE_LIMIT_TOKENS: _THROTTLED,
    FailureKind.REGION_BLOCKED: (403, "Forbidden", "The service is not available in your location."),
    FailureKind.SERVER_ERROR: (500, "UnknownError", "An unexpected error occurred while processing the request."),
    FailureKind.TIMEOUT: (504, "GatewayTimeout", "The server did not respond in time."),
    FailureKind.TOO_LARGE: (413, "RequestEntityTooLarge", "The request size exceeds the maximum limit."),
}
_REFUSED = {
    401: (_TOKEN, "Access token is empty."),
    405: ("Request_BadRequest", "Specified HTTP method is not allowed for the request target."),
}
_BY_STATUS = {503: FailureKind.OVERLOADED, 504: FailureKind.TIMEOUT}
_WHO = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
_CLIENT = 'client_id="00000003-0000-0000-c000-000000000000"'
_CLAIMS = ', error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="'


class Error(NamedTuple):
    """One error before it becomes bytes."""

    status: int
    code: str
    message: str
    revoked: bool = False


def error_of(call: Call, failure: Failure) -> Error:
    """Graph's error for a failure; a status that is set keeps the kind's text unless it has one of its own."""
    plain = failure.kind is FailureKind.SERVER_ERROR
    kind = _BY_STATUS.get(failure.status or 0, failure.kind) if plain else failure.kind
    status, code, message = _ERRORS[kind]
    if kind is FailureKind.INVALID_REQUEST and failure.status in _REFUSED:
        code, message = _REFUSED[failure.status]
    text = message if failure.message is None else failure.message
    return Error(failure.status or status, failure.code or code, text, kind is FailureKind.AUTH_REVOKED)


def headers_of(error: Error) -> Headers:
    """Where to get a token, where that is what is missing."""
    if error.status != 401:
        return ()
    return (("www-authenticate", _WHO + _CLIENT + (_CLAIMS if error.revoked else "")),)
