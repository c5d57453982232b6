"""Errors of Microsoft Graph: status, code and text of each kind of failure. Pure.

https://learn.microsoft.com/graph/errors and https://learn.microsoft.com/graph/throttling.
"""

from __future__ import annotations

from brownout.dialects.error_table import Error, ErrorTable, as_coded
from brownout.exchange import Call, Failure, FailureKind, Headers

_TOKEN = "InvalidAuthenticationToken"
_THROTTLED = Error(429, "Too many requests. Please retry after the time in the Retry-After header.", "TooManyRequests")
_GONE = Error(404, "Resource could not be discovered.", "ResourceNotFound")
# The code of the second is what continuous access evaluation answers:
# https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation
_KINDS = {
    FailureKind.ACCOUNT_FLAGGED: Error(403, "The account has been disabled by the administrator.", "accessDenied"),
    FailureKind.AUTH_EXPIRED: Error(401, "Lifetime validation failed, the token is expired.", _TOKEN),
    FailureKind.AUTH_REVOKED: Error(
        401,
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
        "TokenIssuedBeforeRevocationTimestamp",
        _TOKEN,
    ),
    FailureKind.CONFLICT: Error(409, "The conversation is being changed by another request.", "Conflict"),
    FailureKind.CONTENT_REFUSED: Error(400, "The request was refused by the responsible AI policy.", "BadRequest"),
    FailureKind.CONTEXT_TOO_LONG: Error(400, "The message exceeds the maximum length that is allowed.", "BadRequest"),
    FailureKind.HISTORY_MISSING: Error(404, "The conversation was not found.", "NotFound"),
    FailureKind.INVALID_REQUEST: Error(
        400,
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON "
        "format.",
        "BadRequest",
    ),
    FailureKind.MODEL_RETIRED: _GONE,
    FailureKind.NOT_FOUND: _GONE,
    FailureKind.OVERLOADED: Error(
        503, "The service is temporarily unavailable. Please retry later.", "ServiceUnavailable"
    ),
    FailureKind.PERMISSION_DENIED: Error(403, "Insufficient privileges to complete the operation.", "Forbidden"),
    FailureKind.PREFILL_REFUSED: Error(400, "The request is invalid.", "BadRequest"),
    FailureKind.QUOTA_EXHAUSTED: Error(
        402,
        "The payment requirements for the API have not been met.",
        "PaymentRequired",
    ),
    FailureKind.RATE_LIMIT_REQUESTS: _THROTTLED,
    FailureKind.RATE_LIMIT_TOKENS: _THROTTLED,
    FailureKind.REGION_BLOCKED: Error(403, "The service is not available in your location.", "Forbidden"),
    FailureKind.SERVER_ERROR: Error(500, "An unexpected error occurred while processing the request.", "UnknownError"),
    FailureKind.TIMEOUT: Error(504, "The server did not respond in time.", "GatewayTimeout"),
    FailureKind.TOO_LARGE: Error(413, "The request size exceeds the maximum limit.", "RequestEntityTooLarge"),
}
_ERRORS = ErrorTable(
    _KINDS,
    {
        FailureKind.INVALID_REQUEST: {
            401: Error(401, "Access token is empty.", _TOKEN),
            405: Error(405, "Specified HTTP method is not allowed for the request target.", "Request_BadRequest"),
        },
        FailureKind.SERVER_ERROR: {503: _KINDS[FailureKind.OVERLOADED], 504: _KINDS[FailureKind.TIMEOUT]},
    },
)
_WHO = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
_CLIENT = 'client_id="00000003-0000-0000-c000-000000000000"'
_CLAIMS = ', error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="'


def error_of(call: Call, failure: Failure) -> Error:
    """Microsoft Graph's error for a failure."""
    return as_coded(_ERRORS.of(failure), failure)


def headers_of(failure: Failure, error: Error) -> Headers:
    """Where to get a token, where that is what is missing."""
    if error.status != 401:
        return ()
    revoked = failure.kind is FailureKind.AUTH_REVOKED
    return (("www-authenticate", _WHO + _CLIENT + (_CLAIMS if revoked else "")),)
