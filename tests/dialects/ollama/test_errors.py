"""Ollama's errors: status and text."""

from __future__ import annotations

import json

import pytest
from support.ollama_calls import call_for

from brownout.dialects import DIALECTS
from brownout.exchange import Call, Failure, FailureKind

EXPECTED = {
    FailureKind.ACCOUNT_FLAGGED: (403, "forbidden"),
    FailureKind.AUTH_EXPIRED: (401, "unauthorized"),
    FailureKind.AUTH_REVOKED: (401, "unauthorized"),
    FailureKind.CONFLICT: (500, "unexpected server status: llm server loading model"),
    FailureKind.CONTENT_REFUSED: (400, "invalid request"),
    FailureKind.CONTEXT_TOO_LONG: (400, "the input length exceeds the context length"),
    FailureKind.HISTORY_MISSING: (404, "file does not exist"),
    FailureKind.INVALID_REQUEST: (400, "invalid character 'i' looking for beginning of value"),
    FailureKind.MODEL_RETIRED: (404, "model 'llama3.2' not found"),
    FailureKind.NOT_FOUND: (404, "model 'llama3.2' not found"),
    FailureKind.OVERLOADED: (503, "server busy, please try again.  maximum pending requests exceeded"),
    FailureKind.PERMISSION_DENIED: (
        403,
        "this model requires a subscription, upgrade for access: https://ollama.com/upgrade",
    ),
    FailureKind.PREFILL_REFUSED: (400, "invalid request"),
    FailureKind.QUOTA_EXHAUSTED: (429, "you've reached your hourly usage limit, please wait or upgrade to continue"),
    FailureKind.RATE_LIMIT_REQUESTS: (429, "too many concurrent requests"),
    FailureKind.RATE_LIMIT_TOKENS: (429, "you've reached your hourly usage limit, please wait or upgrade to continue"),
    FailureKind.REGION_BLOCKED: (403, "forbidden"),
    FailureKind.SERVER_ERROR: (500, "llama runner process has terminated: exit status 2"),
    FailureKind.TIMEOUT: (500, "timed out waiting for llama runner to start - progress 0.00 - "),
    FailureKind.TOO_LARGE: (413, "http: request body too large"),
}


def failed(call: Call, failure: Failure) -> tuple[int, str]:
    reply = DIALECTS[call.service].failure(call, failure)
    assert [name for name, _ in reply.headers] == ["content-type"]
    return reply.status, json.loads(reply.body)["error"]


@pytest.mark.parametrize("kind", list(FailureKind))
def test_each_kind_has_its_status_and_text_and_no_wait(kind: FailureKind) -> None:
    assert failed(call_for("/api/chat", model="llama3.2"), Failure(kind, retry_after=20.0)) == EXPECTED[kind]


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        (FailureKind.SERVER_ERROR, 503, "server busy, please try again.  maximum pending requests exceeded"),
        (FailureKind.SERVER_ERROR, 500, "llama runner process has terminated: exit status 2"),
        (FailureKind.INVALID_REQUEST, 401, "unauthorized"),
        (FailureKind.OVERLOADED, 429, "server busy, please try again.  maximum pending requests exceeded"),
    ],
)
def test_a_status_of_its_own_has_its_text_where_the_kind_is_a_general_one(
    kind: FailureKind, status: int, text: str
) -> None:
    assert failed(call_for("/api/chat", model="x"), Failure(kind, status=status)) == (status, text)


def test_where_no_model_is_named_it_is_the_path_that_is_not_there() -> None:
    assert failed(call_for("/api/nothing"), Failure(FailureKind.NOT_FOUND)) == (404, "404 page not found")
