"""OpenAI's errors, word for word."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brownout.dialects.openai.chat import OpenAIChat
from brownout.dialects.openai.common import OpenAIDialect
from brownout.dialects.openai.conversations import OpenAIConversations
from brownout.dialects.openai.embeddings import OpenAIEmbeddings
from brownout.dialects.openai.errors import go_duration
from brownout.dialects.openai.images import OpenAIImages
from brownout.dialects.openai.models import OpenAIModels
from brownout.dialects.openai.refusals import masked
from brownout.dialects.openai.responses import OpenAIResponses
from brownout.exchange import Failure, FailureKind, Reply, Request

DIALECTS: tuple[OpenAIDialect, ...] = (
    OpenAIChat(),
    OpenAIConversations(),
    OpenAIEmbeddings(),
    OpenAIImages(),
    OpenAIModels(),
    OpenAIDialect(),
    OpenAIResponses(),
)


CHAT, RESPONSES, IMAGES = "/v1/chat/completions", "/v1/responses", "/v1/images/generations"
INVALID = "invalid_request_error"


def fail(dialect: OpenAIDialect, failure: Failure, path: str, body: dict[str, Any], method: str = "POST") -> Reply:
    request = Request(method, "api.openai.com", path, body=json.dumps(body).encode())
    return dialect.failure(dialect.read(request), failure)


def error_of(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply.body)["error"]
    assert list(found) == ["message", "type", "param", "code"]
    return found


def test_a_server_error_quotes_its_request_id() -> None:
    failure = Failure(FailureKind.SERVER_ERROR, id="a1" * 16)
    reply = fail(OpenAIChat(), failure, "/v1/chat/completions", {"model": "gpt-4o"})
    error = error_of(reply)
    assert (reply.status, error["type"], error["code"], error["param"]) == (500, "server_error", None, None)
    assert error["message"].startswith("The server had an error while processing your request. Sorry about that!")
    assert f"req_{'a1' * 16}" in error["message"]
    assert dict(reply.headers)["x-request-id"] == f"req_{'a1' * 16}"


def test_overload_is_a_503_with_its_own_code() -> None:
    reply = fail(OpenAIChat(), Failure(FailureKind.OVERLOADED), "/v1/chat/completions", {})
    error = error_of(reply)
    assert (reply.status, error["type"], error["code"]) == (503, "service_unavailable_error", "server_is_overloaded")


def test_a_rate_limit_quotes_its_figures() -> None:
    failure = Failure(FailureKind.RATE_LIMIT_REQUESTS, retry_after=1.4, limit=500, remaining=0, reset=1.4)
    reply = fail(OpenAIChat(), failure, "/v1/chat/completions", {"model": "gpt-4o"})
    headers, error = dict(reply.headers), error_of(reply)
    assert (reply.status, error["type"], error["code"]) == (429, "requests", "rate_limit_exceeded")
    assert re.fullmatch(
        r"Rate limit reached for gpt-4o in organization org-\w+ on requests per min \(RPM\): Limit 500, Used 500, "
        r"Requested 1\. Please try again in 1\.4s\. "
        r"Visit https://platform\.openai\.com/account/rate-limits to learn more\.",
        error["message"],
    )
    assert (headers["retry-after"], headers["retry-after-ms"]) == ("2", "1400")
    assert headers["x-ratelimit-limit-requests"] == "500"
    assert headers["x-ratelimit-remaining-requests"] == "0"
    assert headers["x-ratelimit-reset-requests"] == "1.4s"


def test_a_token_limit_speaks_of_tokens() -> None:
    failure = Failure(FailureKind.RATE_LIMIT_TOKENS, limit=30000, remaining=500, reset=360)
    reply = fail(OpenAIResponses(), failure, "/v1/responses", {"model": "gpt-4o", "input": "hi"})
    assert (
        "on tokens per min (TPM): Limit 30000, Used 29500, Requested 501. Please try again in 6m0s."
        in (error_of(reply)["message"])
    )
    assert dict(reply.headers)["x-ratelimit-reset-tokens"] == "6m0s"


def test_figures_that_the_failure_does_not_hold_stay_away() -> None:
    reply = fail(OpenAIChat(), Failure(FailureKind.RATE_LIMIT_REQUESTS), "/v1/chat/completions", {})
    assert not [name for name, _ in reply.headers if name.startswith(("retry-after", "x-ratelimit"))]


@pytest.mark.parametrize(
    ("dialect", "method", "path", "body", "status", "message", "code"),
    [
        (
            OpenAIResponses(),
            "POST",
            "/v1/responses",
            {"previous_response_id": "resp_x"},
            400,
            "Previous response with id 'resp_x' not found.",
            "previous_response_not_found",
        ),
        (
            OpenAIResponses(),
            "POST",
            "/v1/responses",
            {"conversation": "conv_x"},
            404,
            "Conversation with id 'conv_x' not found.",
            None,
        ),
        (OpenAIResponses(), "GET", "/v1/responses/resp_x", {}, 404, "Response with id 'resp_x' not found.", None),
        (
            OpenAIConversations(),
            "GET",
            "/v1/conversations/conv_x/items",
            {},
            404,
            "Conversation with id 'conv_x' not found.",
            None,
        ),
    ],
)
def test_missing_history_is_named(
    dialect: OpenAIDialect, method: str, path: str, body: dict[str, Any], status: int, message: str, code: str | None
) -> None:
    reply = fail(dialect, Failure(FailureKind.HISTORY_MISSING), path, body, method)
    error = error_of(reply)
    assert (reply.status, error["message"], error["code"]) == (status, message, code)
    assert error["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("dialect", "method", "path", "body", "message"),
    [
        (
            OpenAIChat(),
            "POST",
            "/v1/chat/completions",
            {"model": "gpt-9"},
            "The model `gpt-9` does not exist or you do not have access to it.",
        ),
        (
            OpenAIModels(),
            "GET",
            "/v1/models/gpt-9",
            {},
            "The model `gpt-9` does not exist or you do not have access to it.",
        ),
        (OpenAIDialect(), "POST", "/v1/threads", {}, "Invalid URL (POST /v1/threads)"),
    ],
)
def test_what_is_not_there_is_named(
    dialect: OpenAIDialect, method: str, path: str, body: dict[str, Any], message: str
) -> None:
    reply = fail(dialect, Failure(FailureKind.NOT_FOUND), path, body, method)
    assert (reply.status, error_of(reply)["message"]) == (404, message)


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (None, "We could not parse the JSON body", None),
        (401, "You didn't provide an API key.", None),
        (405, "Not allowed to GET on /v1/chat/completions", "method_not_supported"),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(status: int | None, text: str, code: str | None) -> None:
    failure = Failure(FailureKind.INVALID_REQUEST, status=status)
    reply = fail(OpenAIChat(), failure, "/v1/chat/completions", {}, "GET")
    assert reply.status == (status or 400)
    assert error_of(reply)["message"].startswith(text)
    assert error_of(reply)["code"] == code
    assert ("www-authenticate" in dict(reply.headers)) == (status == 401)


def test_status_and_message_can_be_replaced() -> None:
    failure = Failure(FailureKind.SERVER_ERROR, status=502, message="gone fishing")
    reply = fail(OpenAIChat(), failure, "/v1/chat/completions", {})
    assert (reply.status, error_of(reply)["message"]) == (502, "gone fishing")


@pytest.mark.parametrize(
    ("dialect", "path", "kind", "status", "type", "code", "param", "message"),
    [
        (OpenAIChat(), CHAT, FailureKind.ACCOUNT_FLAGGED, 401, INVALID, "account_deactivated", None, "The OpenAI acc"),
        (
            OpenAIChat(),
            CHAT,
            FailureKind.AUTH_EXPIRED,
            401,
            INVALID,
            "token_expired",
            None,
            "Your authentication token",
        ),
        (OpenAIChat(), CHAT, FailureKind.AUTH_REVOKED, 401, INVALID, "invalid_api_key", None, "Incorrect API key prov"),
        (OpenAIChat(), CHAT, FailureKind.CONFLICT, 409, INVALID, None, None, "Conflict"),
        (
            OpenAIResponses(),
            RESPONSES,
            FailureKind.CONFLICT,
            400,
            INVALID,
            "conversation_locked",
            "conversation",
            "Another process is currently operating on this conversation.",
        ),
        (OpenAIChat(), CHAT, FailureKind.CONTENT_REFUSED, 400, INVALID, "invalid_prompt", None, "Invalid prompt: your"),
        (
            OpenAIImages(),
            IMAGES,
            FailureKind.CONTENT_REFUSED,
            400,
            "image_generation_user_error",
            "moderation_blocked",
            None,
            "Your request was rejected by the safety system.",
        ),
        (
            OpenAIChat(),
            CHAT,
            FailureKind.CONTEXT_TOO_LONG,
            400,
            INVALID,
            "context_length_exceeded",
            "messages",
            "This model's maximum context length is 128000 tokens. However, your messages resulted in 150000 tokens.",
        ),
        (
            OpenAIResponses(),
            RESPONSES,
            FailureKind.CONTEXT_TOO_LONG,
            400,
            INVALID,
            "context_length_exceeded",
            "input",
            "Your input exceeds the context window of this model.",
        ),
        (
            OpenAIEmbeddings(),
            "/v1/embeddings",
            FailureKind.CONTEXT_TOO_LONG,
            400,
            INVALID,
            None,
            None,
            "This model's maximum context length is 8192 tokens, however you requested 9600 tokens",
        ),
        (
            OpenAIChat(),
            CHAT,
            FailureKind.MODEL_RETIRED,
            404,
            INVALID,
            "model_not_found",
            None,
            "The model `gpt-9` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations",
        ),
        (OpenAIChat(), CHAT, FailureKind.PERMISSION_DENIED, 403, INVALID, "missing_scope", None, "You have insuffi"),
        (
            OpenAIChat(),
            CHAT,
            FailureKind.QUOTA_EXHAUSTED,
            429,
            "insufficient_quota",
            "insufficient_quota",
            None,
            "You exceeded your current quota, please check your plan and billing details. For more information",
        ),
        (
            OpenAIChat(),
            CHAT,
            FailureKind.REGION_BLOCKED,
            403,
            "request_forbidden",
            "unsupported_country_region_territory",
            None,
            "Country, region, or territory not supported",
        ),
        (
            OpenAIChat(),
            CHAT,
            FailureKind.TIMEOUT,
            408,
            "internal_error",
            "request_timeout",
            None,
            "Timed out generating",
        ),
        (
            OpenAIChat(),
            CHAT,
            FailureKind.TOO_LARGE,
            413,
            "server_error",
            None,
            None,
            "Maximum content size limit (26214400) exceeded (26228096 bytes read)",
        ),
    ],
)
def test_each_refusal_is_in_the_platforms_words(
    dialect: OpenAIDialect,
    path: str,
    kind: FailureKind,
    status: int,
    type: str,
    code: str | None,
    param: str | None,
    message: str,
) -> None:
    reply = fail(dialect, Failure(kind), path, {"model": "gpt-9"})
    error = error_of(reply)
    assert (reply.status, error["type"], error["code"], error["param"]) == (status, type, code, param)
    assert error["message"].startswith(message)
    assert not [name for name, _ in reply.headers if name.startswith(("retry-after", "x-ratelimit"))]


def test_a_code_tells_which_quota_it_was() -> None:
    failure = Failure(FailureKind.QUOTA_EXHAUSTED, code="project_spend_limit_exceeded")
    error = error_of(fail(OpenAIChat(), failure, CHAT, {}))
    assert (error["type"], error["code"]) == ("insufficient_quota", "project_spend_limit_exceeded")
    assert error["message"] == "You exceeded your current quota, please check your plan and billing details."


def test_dall_e_has_a_refusal_of_its_own() -> None:
    reply = fail(OpenAIImages(), Failure(FailureKind.CONTENT_REFUSED), IMAGES, {"model": "dall-e-3"})
    assert error_of(reply)["code"] == "content_policy_violation"


def test_a_path_without_a_model_is_itself_what_is_gone() -> None:
    reply = fail(OpenAIDialect(), Failure(FailureKind.MODEL_RETIRED), "/v1/threads", {})
    assert error_of(reply)["message"] == "Invalid URL (POST /v1/threads)"


@pytest.mark.parametrize(
    ("key", "quoted"),
    [("sk-test-" + "a" * 20 + "wxyz", "sk-t" + "*" * 24 + "wxyz"), ("sk-test-1", "*" * 9), (None, "")],
)
def test_a_key_is_quoted_behind_a_mask(key: str | None, quoted: str) -> None:
    assert masked(key) == quoted
    headers = {"authorization": f"Bearer {key}"} if key else {}
    call = OpenAIChat().read(Request("POST", "api.openai.com", CHAT, headers=headers))
    message = error_of(OpenAIChat().failure(call, Failure(FailureKind.AUTH_REVOKED)))["message"]
    assert message.startswith(f"Incorrect API key provided: {quoted}. You can find")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.service)
@pytest.mark.parametrize("kind", FailureKind)
def test_every_service_can_fail_in_every_way(dialect: OpenAIDialect, kind: FailureKind) -> None:
    reply = fail(dialect, Failure(kind, retry_after=2), f"/v1/{dialect.service.partition('.')[2]}", {})
    assert error_of(reply)["message"]
    assert 400 <= reply.status < 600
    names = [name for name, _ in reply.headers]
    assert len(names) == len(set(names))
    assert names == [name.lower() for name in names]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.0021, "3ms"), (0.12, "120ms"), (1.4, "1.4s"), (8.64, "8.64s"), (360, "6m0s"), (3661.5, "1h1m1.5s")],
)
def test_durations_are_written_as_the_platform_writes_them(seconds: float, text: str) -> None:
    assert go_duration(seconds) == text


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=1e6, allow_nan=False))
def test_a_written_duration_never_promises_too_soon(seconds: float) -> None:
    match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:([\d.]+)s)?(?:(\d+)ms)?", go_duration(seconds))
    assert match is not None
    hours, minutes, rest, millis = (float(group or 0) for group in match.groups())
    written = hours * 3600 + minutes * 60 + rest + millis / 1000
    assert written >= seconds - 1e-6
    assert math.isclose(written, seconds, abs_tol=0.0011)
