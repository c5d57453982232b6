"""Direct Line's errors: status, code and text of each kind of failure. Pure.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-direct-line-3-0-api-reference#http-status-codes;
the bot that timed out and the missing token are from public reports of real answers, such as
https://github.com/microsoft/BotFramework-DirectLineJS/issues/47.
"""

from __future__ import annotations

from brownout.dialects.error_table import Error, ErrorTable, as_coded
from brownout.exchange import Call, Failure, FailureKind

NO_TOKEN = "Missing token or secret"
_BAD = "BadArgument"
_SERVICE = "ServiceError"
_GONE = Error(404, "The requested resource was not found", "NotFound")
_THROTTLED = Error(429, "Too many requests, please try again later", "TooManyRequests")
_KINDS = {
    FailureKind.ACCOUNT_FLAGGED: Error(403, "The bot has been disabled", "Forbidden"),
    FailureKind.AUTH_EXPIRED: Error(403, "Token has expired", "TokenExpired"),
    FailureKind.AUTH_REVOKED: Error(403, "Invalid token or secret", _BAD),
    FailureKind.CONFLICT: Error(409, "The conversation is being changed by another request", "Conflict"),
    FailureKind.CONTENT_REFUSED: Error(502, "Failed to send activity: bot returned an error", "BotRejectedActivity"),
    FailureKind.CONTEXT_TOO_LONG: Error(413, "The activity exceeds the maximum size", "MessageSizeTooBig"),
    FailureKind.HISTORY_MISSING: Error(404, "Conversation not found", "ConversationNotFound"),
    FailureKind.INVALID_REQUEST: Error(400, "Invalid activity", _BAD),
    FailureKind.MODEL_RETIRED: Error(404, "Bot not found", "BotNotFound"),
    FailureKind.NOT_FOUND: _GONE,
    FailureKind.OVERLOADED: Error(503, "The service is temporarily unavailable", "ServiceUnavailable"),
    FailureKind.PERMISSION_DENIED: Error(403, "Token not valid for this conversation", "Forbidden"),
    FailureKind.PREFILL_REFUSED: Error(400, "Invalid activity", _BAD),
    FailureKind.QUOTA_EXHAUSTED: Error(429, "The quota of messages of this bot is used up", "QuotaExceeded"),
    FailureKind.RATE_LIMIT_REQUESTS: _THROTTLED,
    FailureKind.RATE_LIMIT_TOKENS: _THROTTLED,
    FailureKind.REGION_BLOCKED: Error(403, "The bot is not available in this region", "Forbidden"),
    FailureKind.SERVER_ERROR: Error(500, "Internal server error", _SERVICE),
    FailureKind.TIMEOUT: Error(504, "Failed to send activity: bot timed out", "BotError"),
    FailureKind.TOO_LARGE: Error(413, "The activity exceeds the maximum size", "MessageSizeTooBig"),
}
_BOT = _KINDS[FailureKind.CONTENT_REFUSED]
_ERRORS = ErrorTable(
    _KINDS,
    {
        FailureKind.INVALID_REQUEST: {
            401: Error(401, NO_TOKEN, _BAD),
            405: Error(405, "The requested resource does not support this method", _BAD),
        },
        FailureKind.SERVER_ERROR: {
            502: _BOT,
            503: _KINDS[FailureKind.OVERLOADED],
            504: _KINDS[FailureKind.TIMEOUT],
        },
    },
)


def error_of(call: Call, failure: Failure) -> Error:
    """Direct Line's error for a failure.

    Where an activity is posted, what fails is the bot behind: a 502, the commonest error of all.
    """
    posts = call.part == "activities" and call.request.method == "POST"
    bot = posts and failure.kind is FailureKind.SERVER_ERROR and failure.status is None
    return as_coded(_BOT if bot else _ERRORS.of(failure), failure)
