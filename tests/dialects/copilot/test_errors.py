"""Every kind of failure as Microsoft Graph sends it."""

from __future__ import annotations

import json

import pytest

from brownout.dialects import dialect_for
from brownout.exchange import Failure, FailureKind, Reply, Request

K = FailureKind
KINDS = [
    (K.ACCOUNT_FLAGGED, 403, "accessDenied", "The account has been disabled"),
    (K.AUTH_EXPIRED, 401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."),
    (K.AUTH_REVOKED, 401, "InvalidAuthenticationToken", "Continuous access evaluation resulted in challenge"),
    (K.CONFLICT, 409, "Conflict", ""),
    (K.CONTENT_REFUSED, 400, "BadRequest", ""),
    (K.CONTEXT_TOO_LONG, 400, "BadRequest", "The message exceeds"),
    (K.HISTORY_MISSING, 404, "NotFound", "The conversation"),
    (K.INVALID_REQUEST, 400, "BadRequest", "Unable to read JSON request payload."),
    (K.MODEL_RETIRED, 404, "ResourceNotFound", "Resource could not be discovered."),
    (K.NOT_FOUND, 404, "ResourceNotFound", "Resource could not be discovered."),
    (K.OVERLOADED, 503, "ServiceUnavailable", ""),
    (K.PERMISSION_DENIED, 403, "Forbidden", "Insufficient privileges"),
    (K.PREFILL_REFUSED, 400, "BadRequest", "The request is invalid."),
    (K.QUOTA_EXHAUSTED, 402, "PaymentRequired", "The payment requirements"),
    (K.RATE_LIMIT_REQUESTS, 429, "TooManyRequests", ""),
    (K.RATE_LIMIT_TOKENS, 429, "TooManyRequests", ""),
    (K.REGION_BLOCKED, 403, "Forbidden", ""),
    (K.SERVER_ERROR, 500, "UnknownError", ""),
    (K.TIMEOUT, 504, "GatewayTimeout", ""),
    (K.TOO_LARGE, 413, "RequestEntityTooLarge", ""),
]


def reply_to(failure: Failure) -> Reply:
    dialect = dialect_for("copilot.conversations")
    return dialect.failure(dialect.read(Request("POST", "graph.microsoft.com", "/beta/copilot/conversations")), failure)


def test_every_kind_is_in_the_table() -> None:
    assert {kind for kind, *_ in KINDS} == set(FailureKind)


@pytest.mark.parametrize(("kind", "status", "code", "text"), KINDS)
def test_a_kind_is_said_as_graph_says_it(kind: FailureKind, status: int, code: str, text: str) -> None:
    reply = reply_to(Failure(kind, now=1_790_000_000.0))
    headers, error = dict(reply.headers), json.loads(reply.body)["error"]

    assert (reply.status, error["code"]) == (status, code)
    assert error["message"].startswith(text)
    assert error["innerError"] == {
        "date": "2026-09-21T14:13:20",
        "request-id": headers["request-id"],
        "client-request-id": headers["client-request-id"],
    }


def test_a_bad_token_says_where_to_get_another() -> None:
    expired, revoked, other = (
        dict(reply_to(Failure(kind)).headers) for kind in (K.AUTH_EXPIRED, K.AUTH_REVOKED, K.CONFLICT)
    )

    assert "authorization_uri=" in expired["www-authenticate"]
    assert "insufficient_claims" in revoked["www-authenticate"] not in expired["www-authenticate"]
    assert "www-authenticate" not in other


@pytest.mark.parametrize(
    ("status", "text"), [(401, "Access token is empty."), (405, "Specified HTTP method"), (400, "Unable to read")]
)
def test_what_the_front_refuses_has_its_own_words(status: int, text: str) -> None:
    error = json.loads(reply_to(Failure(K.INVALID_REQUEST, status=status)).body)["error"]

    assert error["message"].startswith(text)


def test_a_server_errors_status_says_what_it_is() -> None:
    assert json.loads(reply_to(Failure(K.SERVER_ERROR, status=503)).body)["error"]["code"] == "ServiceUnavailable"


def test_the_wait_is_in_whole_seconds() -> None:
    assert dict(reply_to(Failure(K.RATE_LIMIT_REQUESTS, retry_after=4.2)).headers)["retry-after"] == "5"
