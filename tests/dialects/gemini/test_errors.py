"""Every kind of failure as Gemini and Vertex AI send it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.dialects import dialect_for
from brownout.exchange import Failure, FailureKind, Reply, Request

MODEL = "/models/gemini-2.5-flash:generateContent"
PLACE = "/v1/projects/some-project/locations/us-central1/publishers/google"
K = FailureKind


def reply_to(failure: Failure, provider: str = "gemini", path: str = "", body: bytes = b"{}", part: str = "") -> Reply:
    target = path or ("/v1beta" if provider == "gemini" else PLACE) + MODEL
    dialect = dialect_for(f"{provider}.{part or 'generate'}")
    return dialect.failure(dialect.read(Request("POST", "host", target, body=body)), failure)


def error_in(reply: Reply) -> dict[str, Any]:
    error: dict[str, Any] = json.loads(reply.body)["error"]
    assert error["code"] == reply.status
    return error


GEMINI = [
    (K.ACCOUNT_FLAGGED, 403, "PERMISSION_DENIED", "Permission denied: Consumer 'api_key:AIza' has been suspended."),
    (K.AUTH_EXPIRED, 400, "INVALID_ARGUMENT", "API key expired."),
    (K.AUTH_REVOKED, 400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    (K.CONFLICT, 409, "ABORTED", "The operation was aborted."),
    (
        K.CONTEXT_TOO_LONG,
        400,
        "INVALID_ARGUMENT",
        "The input token count (1198373) exceeds the maximum number of tokens",
    ),
    (K.HISTORY_MISSING, 403, "PERMISSION_DENIED", "You do not have permission to access the File "),
    (K.INVALID_REQUEST, 400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    (K.MODEL_RETIRED, 404, "NOT_FOUND", "This model models/gemini-2.5-flash is no longer available to new users."),
    (K.NOT_FOUND, 404, "NOT_FOUND", "models/gemini-2.5-flash is not found for API version v1beta, or is not supported"),
    (K.OVERLOADED, 503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    (K.PERMISSION_DENIED, 403, "PERMISSION_DENIED", "The caller does not have permission"),
    (K.PREFILL_REFUSED, 400, "INVALID_ARGUMENT", "Please ensure that multiturn requests end with a user role"),
    (K.QUOTA_EXHAUSTED, 402, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted."),
    (K.RATE_LIMIT_REQUESTS, 429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan"),
    (K.RATE_LIMIT_TOKENS, 429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan"),
    (K.REGION_BLOCKED, 400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
    (K.SERVER_ERROR, 500, "INTERNAL", "An internal error has occurred."),
    (K.TIMEOUT, 504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
    (K.TOO_LARGE, 400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes."),
]
VERTEX = [
    (K.ACCOUNT_FLAGGED, 403, "PERMISSION_DENIED", "Permission denied: Consumer 'projects/"),
    (K.AUTH_EXPIRED, 401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
    (K.AUTH_REVOKED, 401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
    (K.HISTORY_MISSING, 404, "NOT_FOUND", "Requested entity was not found."),
    (K.MODEL_RETIRED, 404, "NOT_FOUND", f"Publisher Model `{PLACE[4:]}/models/gemini-2.5-flash` was not found"),
    (K.NOT_FOUND, 404, "NOT_FOUND", f"Publisher Model `{PLACE[4:]}/models/gemini-2.5-flash` was not found"),
    (K.OVERLOADED, 503, "UNAVAILABLE", "The model is overloaded."),
    (K.PERMISSION_DENIED, 403, "PERMISSION_DENIED", "Permission 'aiplatform.endpoints.predict' denied on resource '//"),
    (K.QUOTA_EXHAUSTED, 429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."),
    (K.RATE_LIMIT_REQUESTS, 429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."),
    (K.RATE_LIMIT_TOKENS, 429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."),
    (K.SERVER_ERROR, 500, "INTERNAL", "Internal error encountered."),
]


def test_every_kind_is_in_the_table() -> None:
    assert {kind for kind, *_ in GEMINI} | {K.CONTENT_REFUSED} == set(FailureKind)


@pytest.mark.parametrize(("kind", "code", "status", "text"), GEMINI)
def test_a_kind_is_said_as_gemini_says_it(kind: FailureKind, code: int, status: str, text: str) -> None:
    error = error_in(reply_to(Failure(kind)))

    assert (error["code"], error["status"]) == (code, status)
    assert error["message"].startswith(text)


@pytest.mark.parametrize(("kind", "code", "status", "text"), VERTEX)
def test_a_kind_is_said_as_vertex_says_it(kind: FailureKind, code: int, status: str, text: str) -> None:
    error = error_in(reply_to(Failure(kind), "vertex"))

    assert (error["code"], error["status"]) == (code, status)
    assert error["message"].startswith(text)


@pytest.mark.parametrize(
    ("kind", "metric", "quota"),
    [
        (K.RATE_LIMIT_REQUESTS, "requests", "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
        (K.RATE_LIMIT_TOKENS, "input_token_count", "GenerateContentInputTokensPerModelPerMinute-FreeTier"),
    ],
)
def test_a_quota_names_itself_and_the_wait(kind: FailureKind, metric: str, quota: str) -> None:
    reply = reply_to(Failure(kind, limit=20, retry_after=10.689924287))
    error = error_in(reply)
    links, failed, wait = error["details"]
    (violation,) = failed["violations"]

    named = f"generativelanguage.googleapis.com/generate_content_free_tier_{metric}"
    assert error["message"].endswith(
        f"\n* Quota exceeded for metric: {named}, limit: 20, model: gemini-2.5-flash\nPlease retry in 10.689924287s."
    )
    assert links["@type"] == "type.googleapis.com/google.rpc.Help"
    assert (violation["quotaMetric"], violation["quotaId"], violation["quotaValue"]) == (named, quota, "20")
    assert wait == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "10.6s"}
    assert not [name for name, _ in reply.headers if name.startswith("retry-after")]


@given(wait=st.floats(min_value=0, max_value=1e6), id=st.integers(min_value=0, max_value=999))
def test_a_delay_is_never_longer_than_the_wait(wait: float, id: int) -> None:
    error = error_in(reply_to(Failure(K.RATE_LIMIT_REQUESTS, id=f"{id:032x}", retry_after=wait)))

    delay = error["details"][-1]["retryDelay"]

    assert re.fullmatch(r"\d+(\.\d{1,3})?s", delay)
    assert wait - 1 < float(delay[:-1]) <= wait + 1e-6


def test_a_delay_is_cut_down_to_the_second_or_has_a_fraction() -> None:
    replies = [reply_to(Failure(K.RATE_LIMIT_REQUESTS, id=f"{id:032x}", retry_after=58.93)) for id in range(20)]

    assert {error_in(reply)["details"][-1]["retryDelay"] for reply in replies} == {"58s", "58.9s"}


def test_a_delay_below_a_second_is_not_none_at_all() -> None:
    error = error_in(reply_to(Failure(K.RATE_LIMIT_REQUESTS, retry_after=0.4137)))

    assert error["details"][-1]["retryDelay"] == "0.413s"


def test_without_a_wait_none_is_named() -> None:
    error = error_in(reply_to(Failure(K.RATE_LIMIT_REQUESTS)))

    assert "retry in" not in error["message"]
    assert [detail["@type"].rpartition(".")[2] for detail in error["details"]] == ["Help", "QuotaFailure"]


@pytest.mark.parametrize("kind", [K.AUTH_EXPIRED, K.AUTH_REVOKED])
def test_a_bad_key_has_its_reason_in_the_details(kind: FailureKind) -> None:
    error = error_in(reply_to(Failure(kind)))

    assert error["details"][0]["reason"] == "API_KEY_INVALID"
    assert error["details"][1]["message"] == error["message"]


def test_a_token_of_google_cloud_has_its_reason_in_the_details() -> None:
    (info,) = error_in(reply_to(Failure(K.AUTH_EXPIRED), "vertex"))["details"]

    assert (info["reason"], info["metadata"]) == ("ACCESS_TOKEN_EXPIRED", {"service": "aiplatform.googleapis.com"})


def test_a_missing_file_is_named() -> None:
    asked = reply_to(Failure(K.HISTORY_MISSING), path="/v1beta/files/abc-123", part="files")
    named = b'{"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1beta/files/xyz-789"}}'

    assert "the File abc-123 or" in error_in(asked)["message"]
    assert "the File xyz-789 or" in error_in(reply_to(Failure(K.NOT_FOUND), body=named, part="files"))["message"]


def test_a_model_that_is_asked_for_by_name_is_missed_in_other_words() -> None:
    reply = reply_to(Failure(K.NOT_FOUND), path="/v1/models/acme", part="models")

    assert error_in(reply)["message"] == "Model is not found: models/acme for api version v1"


@pytest.mark.parametrize(
    ("status", "named", "text"),
    [
        (503, "UNAVAILABLE", "The model is overloaded"),
        (504, "DEADLINE_EXCEEDED", "Deadline"),
        (502, "UNKNOWN", "An int"),
    ],
)
def test_a_server_error_may_have_another_status(status: int, named: str, text: str) -> None:
    error = error_in(reply_to(Failure(K.SERVER_ERROR, status=status)))

    assert (error["code"], error["status"]) == (status, named)
    assert error["message"].startswith(text)


def test_it_is_written_as_google_writes_json() -> None:
    body = reply_to(Failure(K.SERVER_ERROR)).body

    assert body.startswith(b'{\n  "error": {\n    "code": 500,\n')
    assert body.endswith(b"}\n")
