"""Every kind of failure as Cohere sends it."""

from __future__ import annotations

import json

import pytest

from brownout.dialects import dialect_for
from brownout.exchange import Failure, FailureKind, Reply, Request

K = FailureKind
KINDS = [
    (K.ACCOUNT_FLAGGED, 403, "this account has been disabled"),
    (K.AUTH_EXPIRED, 401, "invalid api token"),
    (K.AUTH_REVOKED, 401, "invalid api token"),
    (K.CONFLICT, 409, "conflict"),
    (K.CONTENT_REFUSED, 498, "blocked"),
    (K.CONTEXT_TOO_LONG, 400, "too many tokens: total number of tokens in the prompt cannot exceed 128000 - received"),
    (K.HISTORY_MISSING, 404, "resource not found"),
    (K.INVALID_REQUEST, 400, "invalid request: "),
    (K.MODEL_RETIRED, 404, "model 'command-r' was removed on September 15, 2025."),
    (K.NOT_FOUND, 404, "model 'command-r' not found, make sure the correct model ID was used and that you have access"),
    (K.OVERLOADED, 503, "service unavailable"),
    (K.PERMISSION_DENIED, 403, "you do not have permission"),
    (K.PREFILL_REFUSED, 400, "invalid request: the last message must not be from the assistant"),
    (K.QUOTA_EXHAUSTED, 402, "Please add or update your payment method at https://dashboard.cohere.com/billing"),
    (K.RATE_LIMIT_REQUESTS, 429, "You are using a Trial key, which is limited to 40 API calls / minute."),
    (K.RATE_LIMIT_TOKENS, 429, "trial token rate limit exceeded, limit is 100000 tokens per minute"),
    (K.REGION_BLOCKED, 403, "access from your region"),
    (K.SERVER_ERROR, 500, "internal server error"),
    (K.TIMEOUT, 504, "gateway timeout"),
    (K.TOO_LARGE, 413, "request body is too large"),
]


def reply_to(failure: Failure, path: str = "/v2/chat", part: str = "chat") -> Reply:
    dialect = dialect_for(f"cohere.{part}")
    return dialect.failure(dialect.read(Request("POST", "host", path, body=b'{"model": "command-r"}')), failure)


def message_in(reply: Reply) -> str:
    body = json.loads(reply.body)
    assert list(body) == ["id", "message"]
    assert len(body["id"]) == 36
    return str(body["message"])


def test_every_kind_is_in_the_table() -> None:
    assert {kind for kind, *_ in KINDS} == set(FailureKind)


@pytest.mark.parametrize(("kind", "status", "text"), KINDS)
def test_a_kind_is_said_as_cohere_says_it(kind: FailureKind, status: int, text: str) -> None:
    reply = reply_to(Failure(kind))

    assert reply.status == status
    assert message_in(reply).startswith(text)


def test_limits_and_waits_are_quoted() -> None:
    reply = reply_to(Failure(K.RATE_LIMIT_REQUESTS, limit=20, retry_after=1.5))

    assert "limited to 20 API calls / minute" in message_in(reply)
    assert dict(reply.headers)["retry-after"] == "2"
    assert not [name for name, _ in reply.headers if name.startswith("x-trial")]


def test_a_caller_without_a_key_is_told_so() -> None:
    assert message_in(reply_to(Failure(K.INVALID_REQUEST, status=401))) == "no api key supplied"


def test_a_model_that_is_asked_for_by_name_is_named() -> None:
    assert message_in(reply_to(Failure(K.NOT_FOUND), "/v1/models/acme", "models")).startswith("model 'acme' not found")


def test_a_path_that_is_not_there_names_no_model() -> None:
    assert message_in(reply_to(Failure(K.NOT_FOUND), "/v3/nothing", "other")) == "resource not found"


@pytest.mark.parametrize(("status", "text"), [(503, "service unavailable"), (504, "gateway"), (502, "internal server")])
def test_a_server_error_may_have_another_status(status: int, text: str) -> None:
    reply = reply_to(Failure(K.SERVER_ERROR, status=status))

    assert reply.status == status
    assert message_in(reply).startswith(text)
