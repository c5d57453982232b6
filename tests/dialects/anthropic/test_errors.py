"""Anthropic's errors and their headers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.dialects.anthropic.common import AnthropicDialect
from brownout.dialects.anthropic.messages import AnthropicMessages
from brownout.dialects.anthropic.models import AnthropicModels
from brownout.exchange import Call, Failure, FailureKind, Request

CALL = Call("anthropic.messages", Request("POST", "api.anthropic.com", "/v1/messages"), model="claude-9")


def failed(failure: Failure, call: Call = CALL) -> tuple[int, dict[str, str], dict[str, Any]]:
    reply = AnthropicMessages().failure(call, failure)
    return reply.status, dict(reply.headers), json.loads(reply.body)


@pytest.mark.parametrize(
    ("kind", "status", "type", "message", "should_retry"),
    [
        (FailureKind.SERVER_ERROR, 500, "api_error", "Internal server error", "true"),
        (FailureKind.OVERLOADED, 529, "overloaded_error", "Overloaded", "true"),
        (FailureKind.NOT_FOUND, 404, "not_found_error", "model: claude-9", "false"),
        (FailureKind.HISTORY_MISSING, 404, "not_found_error", "Not Found", "false"),
        (FailureKind.INVALID_REQUEST, 400, "invalid_request_error", "Invalid request", "false"),
        (FailureKind.ACCOUNT_FLAGGED, 400, "invalid_request_error", "This organization has been disabled.", "false"),
        (
            FailureKind.AUTH_EXPIRED,
            401,
            "authentication_error",
            "OAuth token has expired. Please obtain a new token or refresh your existing token.",
            "false",
        ),
        (FailureKind.AUTH_REVOKED, 401, "authentication_error", "invalid x-api-key", "false"),
        (FailureKind.CONFLICT, 409, "invalid_request_error", "conflict", None),
        (
            FailureKind.CONTENT_REFUSED,
            400,
            "invalid_request_error",
            "Output blocked by content filtering policy",
            "false",
        ),
        (
            FailureKind.CONTEXT_TOO_LONG,
            400,
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000 maximum",
            "false",
        ),
        (FailureKind.MODEL_RETIRED, 404, "not_found_error", "model: claude-9", "false"),
        (
            FailureKind.PERMISSION_DENIED,
            403,
            "permission_error",
            "Your API key does not have permission to use the specified resource.",
            None,
        ),
        (
            FailureKind.QUOTA_EXHAUSTED,
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or "
            "purchase credits.",
            "false",
        ),
        (FailureKind.TIMEOUT, 504, "timeout_error", "Request timed out", None),
        (
            FailureKind.RATE_LIMIT_REQUESTS,
            429,
            "rate_limit_error",
            "This request would exceed your account's rate limit. Please try again later.",
            "true",
        ),
    ],
)
def test_each_failure_has_its_status_type_and_text(
    kind: FailureKind, status: int, type: str, message: str, should_retry: str | None
) -> None:
    got, headers, body = failed(Failure(kind))

    assert got == status
    assert body["type"] == "error"
    assert body["error"] == {"type": type, "message": message}
    assert body["request_id"] == headers["request-id"]
    assert headers.get("x-should-retry") == should_retry


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        (FailureKind.REGION_BLOCKED, 403, {"type": "forbidden", "message": "Request not allowed"}),
        (
            FailureKind.TOO_LARGE,
            413,
            {"type": "request_too_large", "message": "Request exceeds the maximum size"},
        ),
    ],
)
def test_what_the_edge_refuses_knows_no_request_id(kind: FailureKind, status: int, error: dict[str, str]) -> None:
    got, headers, body = failed(Failure(kind))

    assert (got, body) == (status, {"error": error})
    assert headers["server"] == "cloudflare"
    assert not {"request-id", "anthropic-organization-id", "x-should-retry"} & set(headers)


@pytest.mark.parametrize(
    ("code", "status", "type", "message", "details"),
    [
        ("credit_balance_too_low", 400, "invalid_request_error", "Your credit balance is too low", None),
        (
            "usage_limit_reached",
            400,
            "invalid_request_error",
            "You have reached your specified API usage limits. You will regain access on 2025-12-01 at 00:00 UTC.",
            None,
        ),
        ("billing_error", 402, "billing_error", "There is an issue with your billing", None),
        (
            "enforced_spend_limit_reached",
            429,
            "rate_limit_error",
            "Your organization has reached its monthly spend limit.",
            {"error_code": "enforced_spend_limit_reached"},
        ),
    ],
)
def test_a_code_tells_which_quota_it_was(
    code: str, status: int, type: str, message: str, details: dict[str, str] | None
) -> None:
    got, headers, body = failed(Failure(FailureKind.QUOTA_EXHAUSTED, code=code, now=1_763_000_000))

    assert (got, body["error"]["type"], body["error"].get("details")) == (status, type, details)
    assert body["error"]["message"].startswith(message)
    assert "retry-after" not in headers


def test_every_kind_of_failure_is_known() -> None:
    for kind in FailureKind:
        assert failed(Failure(kind))[0] >= 400


@pytest.mark.parametrize(
    ("kind", "status", "type"),
    [
        (FailureKind.INVALID_REQUEST, 401, "authentication_error"),
        (FailureKind.INVALID_REQUEST, 405, "invalid_request_error"),
        (FailureKind.INVALID_REQUEST, 413, "request_too_large"),
        (FailureKind.INVALID_REQUEST, 418, "invalid_request_error"),
        (FailureKind.SERVER_ERROR, 504, "timeout_error"),
        (FailureKind.SERVER_ERROR, 599, "api_error"),
        (FailureKind.OVERLOADED, 503, "overloaded_error"),
    ],
)
def test_the_status_given_names_the_type(kind: FailureKind, status: int, type: str) -> None:
    got, _, body = failed(Failure(kind, status=status))

    assert (got, body["error"]["type"]) == (status, type)


@pytest.mark.parametrize(
    ("kind", "unit", "names"),
    [
        (FailureKind.RATE_LIMIT_REQUESTS, "1,000 requests per minute", ["requests"]),
        (FailureKind.RATE_LIMIT_TOKENS, "1,000 input tokens per minute", ["input-tokens", "tokens"]),
    ],
)
def test_a_rate_limit_quotes_its_figures(kind: FailureKind, unit: str, names: list[str]) -> None:
    failure = Failure(kind, limit=1000, remaining=0, reset=29.5, retry_after=29.5, now=1_763_000_000)

    _, headers, body = failed(failure)

    assert unit in body["error"]["message"]
    assert headers["anthropic-organization-id"] in body["error"]["message"]
    assert "claude-9" in body["error"]["message"]
    assert headers["retry-after"] == "30"
    quota = {name: value for name, value in headers.items() if name.startswith("anthropic-ratelimit-")}
    assert quota == {
        f"anthropic-ratelimit-{name}-{field}": value
        for name in names
        for field, value in (("limit", "1000"), ("remaining", "0"), ("reset", "2025-11-13T02:13:50Z"))
    }


@pytest.mark.parametrize("missing", ["limit", "remaining", "reset"])
def test_a_figure_that_is_missing_leaves_the_quota_headers_out(missing: str) -> None:
    figures: dict[str, Any] = {"limit": 5, "remaining": 0, "reset": 1.0, missing: None}

    headers = failed(Failure(FailureKind.RATE_LIMIT_REQUESTS, **figures))[1]

    assert not [name for name in headers if name.startswith(("anthropic-ratelimit", "retry-after"))]


def test_a_text_of_ones_own_replaces_the_usual() -> None:
    assert failed(Failure(FailureKind.OVERLOADED, message="Full"))[2]["error"]["message"] == "Full"


def test_an_overload_must_not_be_cached() -> None:
    assert failed(Failure(FailureKind.OVERLOADED))[1]["cache-control"] == "no-store, no-cache"


def test_a_model_that_does_not_exist_is_named() -> None:
    call = Call("anthropic.models", Request("GET", "api.anthropic.com", "/v1/models/claude-0"))

    body = json.loads(AnthropicModels().failure(call, Failure(FailureKind.NOT_FOUND)).body)

    assert body["error"]["message"] == "model: claude-0"


def test_a_path_that_does_not_exist_is_just_not_found() -> None:
    call = Call("anthropic.other", Request("GET", "api.anthropic.com", "/v1/nothing"), model="claude-9")

    body = json.loads(AnthropicDialect().failure(call, Failure(FailureKind.NOT_FOUND)).body)

    assert body["error"]["message"] == "Not Found"
