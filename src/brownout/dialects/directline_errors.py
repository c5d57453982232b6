"""Direct Line's errors: status, code and text of each kind of failure. Pure.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-direct-line-3-0-api-reference#http-status-codes;
the bot that timed out and the missing token are from public reports of real answers, such as
https://github.com/microsoft/BotFramework-DirectLineJS/issues/47.
"""

from __future__ import annotations

from typing import NamedTuple

from brownout.exchange import Call, Failure, FailureKind

NO_TOKEN = "Missing token or secret"
_BAD = "BadArgument"
_SERVICE = "ServiceError"
_GONE = (404, "NotFound", "The requested resource was not found")
_THROTTLED = (429, "TooManyRequests", "Too many requests, please try again later")
_ERRORS = {
    FailureKind.ACCOUNT_FLAGGED: (403, "Forbidden", "The bot has been disabled"),
    FailureKind.AUTH_EXPIRED: (403, "TokenExpired", "Token has expired"),
    FailureKind.AUTH_REVOKED: (403, _BAD, "Invalid token or secret"),
    FailureKind.CONFLICT: (409, "Conflict", "The conversation is being changed by another request"),
    FailureKind.CONTENT_REFUSED: (502, "BotRejectedActivity", "Failed to send activity: bot returned an error"),
    FailureKind.CONTEXT_TOO_LONG: (413, "MessageSizeTooBig", "The activity exceeds the maximum size"),
    FailureKind.HISTORY_MISSING: (404, "ConversationNotFound", "Conversation not found"),
    FailureKind.INVALID_REQUEST: (400, _BAD, "Invalid activity"),
    FailureKind.MODEL_RETIRED: (404, "BotNotFound", "Bot not found"),
    FailureKind.NOT_FOUND: _GONE,
    FailureKind.OVERLOADED: (503, "ServiceUnavailable", "The service is temporarily unavailable"),
    FailureKind.PERMISSION_DENIED: (403, "Forbidden", "Token not valid for this conversation"),
    FailureKind.QUOTA_EXHAUSTED: (429, "QuotaExceeded", "The quota of messages of this bot is used up"),
    FailureKind.RATE_LIMIT_REQUESTS: _THROTTLED,
    FailureKind.RATE_LIMIT_TOKENS: _THROTTLED,
    FailureKind.REGION_BLOCKED: (403, "Forbidden", "The bot is not available in this region"),
    FailureKind.SERVER_ERROR: (500, _SERVICE, "Internal server error"),
    FailureKind.TIMEOUT: (504, "BotError", "Failed to send activity: bot timed out"),
    FailureKind.TOO_LARGE: (413, "MessageSizeTooBig", "The activity exceeds the maximum size"),
}
_BOT = FailureKind.CONTENT_REFUSED
_BY_STATUS = {502: _BOT, 503: FailureKind.OVERLOADED, 504: FailureKind.TIMEOUT}
_REFUSED = {401: NO_TOKEN, 405: "The requested resource does not support this method"}


class Error(NamedTuple):
    """One error before it becomes bytes."""

    status: int
    code: str
    message: str


def error_of(call: Call, failure: Failure) -> Error:
    """Direct Line's error for a failure.

    Where an activity is posted, what fails is the bot behind: a 502, the commonest error of all. A status that is set
    keeps the kind's text unless it has one of its own.
    """
    kind = failure.kind
    if kind is FailureKind.SERVER_ERROR:
        posts = call.part == "activities" and call.request.method == "POST"
        kind = _BOT if posts and failure.status is None else _BY_STATUS.get(failure.status or 0, kind)
    status, code, message = _ERRORS[kind]
    if failure.kind is FailureKind.INVALID_REQUEST:
        message = _REFUSED.get(failure.status or 0, message)
    text = message if failure.message is None else failure.message
    return Error(failure.status or status, failure.code or code, text)
