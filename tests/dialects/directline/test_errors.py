"""Every kind of failure as Direct Line sends it."""

from __future__ import annotations

import json

import pytest

from brownout.dialects import dialect_for
from brownout.exchange import Failure, FailureKind, Reply, Request

K = FailureKind
KINDS = [
    (K.ACCOUNT_FLAGGED, 403, "Forbidden"),
    (K.AUTH_EXPIRED, 403, "TokenExpired"),
    (K.AUTH_REVOKED, 403, "BadArgument"),
    (K.CONFLICT, 409, "Conflict"),
    (K.CONTENT_REFUSED, 502, "BotRejectedActivity"),
    (K.CONTEXT_TOO_LONG, 413, "MessageSizeTooBig"),
    (K.HISTORY_MISSING, 404, "ConversationNotFound"),
    (K.INVALID_REQUEST, 400, "BadArgument"),
    (K.MODEL_RETIRED, 404, "BotNotFound"),
    (K.NOT_FOUND, 404, "NotFound"),
    (K.OVERLOADED, 503, "ServiceUnavailable"),
    (K.PERMISSION_DENIED, 403, "Forbidden"),
    (K.PREFILL_REFUSED, 400, "BadArgument"),
    (K.QUOTA_EXHAUSTED, 429, "QuotaExceeded"),
    (K.RATE_LIMIT_REQUESTS, 429, "TooManyRequests"),
    (K.RATE_LIMIT_TOKENS, 429, "TooManyRequests"),
    (K.REGION_BLOCKED, 403, "Forbidden"),
    (K.SERVER_ERROR, 502, "BotRejectedActivity"),
    (K.TIMEOUT, 504, "BotError"),
    (K.TOO_LARGE, 413, "MessageSizeTooBig"),
]


def reply_to(failure: Failure, method: str = "POST") -> Reply:
    dialect = dialect_for("directline.activities")
    path = "/v3/directline/conversations/abc/activities"
    return dialect.failure(dialect.read(Request(method, "directline.botframework.com", path)), failure)


def test_every_kind_is_in_the_table() -> None:
    assert {kind for kind, *_ in KINDS} == set(FailureKind)


@pytest.mark.parametrize(("kind", "status", "code"), KINDS)
def test_a_kind_is_said_as_direct_line_says_it(kind: FailureKind, status: int, code: str) -> None:
    reply = reply_to(Failure(kind))
    body = json.loads(reply.body)

    assert (reply.status, body["error"]["code"], body["httpStatusCode"]) == (status, code, status)
    assert body["error"]["message"]


def test_what_fails_behind_a_post_is_the_bot_and_elsewhere_the_service() -> None:
    posted, asked = (json.loads(reply_to(Failure(K.SERVER_ERROR), method).body) for method in ("POST", "GET"))

    assert posted["error"]["message"] == "Failed to send activity: bot returned an error"
    assert (asked["error"]["code"], asked["httpStatusCode"]) == ("ServiceError", 500)


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, "ServiceError"), (502, "BotRejectedActivity"), (503, "ServiceUnavailable"), (504, "BotError")],
)
def test_a_server_errors_status_says_what_it_is(status: int, code: str) -> None:
    reply = reply_to(Failure(K.SERVER_ERROR, status=status))

    assert (reply.status, json.loads(reply.body)["error"]["code"]) == (status, code)


def test_the_wait_is_in_whole_seconds() -> None:
    assert dict(reply_to(Failure(K.RATE_LIMIT_REQUESTS, retry_after=4.2)).headers)["retry-after"] == "5"
