"""Every kind of failure as WhatsApp's Cloud API sends it, and every code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.dialects import dialect_for
from brownout.dialects.whatsapp.codes import CODES
from brownout.exchange import Failure, FailureKind, Reply, Request

K = FailureKind
KINDS = [
    (K.ACCOUNT_FLAGGED, 403, 131031, "(#131031) Business Account locked"),
    (K.AUTH_EXPIRED, 401, 190, "Error validating access token: Session has expired on "),
    (K.AUTH_REVOKED, 401, 190, "Error validating access token: The session has been invalidated"),
    (K.CONFLICT, 500, 131057, "(#131057) Account in maintenance mode"),
    (K.CONTENT_REFUSED, 403, 368, "(#368) Temporarily blocked for policies violations"),
    (K.CONTEXT_TOO_LONG, 400, 100, "(#100) Param text['body'] must be at most 4096 characters long."),
    (K.HISTORY_MISSING, 400, 131047, "(#131047) Re-engagement message"),
    (K.INVALID_REQUEST, 400, 100, "(#100) Invalid parameter"),
    (K.MODEL_RETIRED, 404, 132001, "(#132001) Template name does not exist in the translation"),
    (K.NOT_FOUND, 400, 100, "Unsupported post request. Object with ID '106540352242922' does not exist"),
    (K.OVERLOADED, 500, 131016, "(#131016) Service unavailable"),
    (K.PERMISSION_DENIED, 403, 10, "(#10) Application does not have permission for this action"),
    (K.PREFILL_REFUSED, 400, 100, "(#100) Invalid parameter"),
    (K.QUOTA_EXHAUSTED, 402, 131042, "(#131042) Business eligibility payment issue"),
    (K.RATE_LIMIT_REQUESTS, 429, 130429, "(#130429) Rate limit hit"),
    (K.RATE_LIMIT_TOKENS, 429, 80007, "(#80007) There have been too many calls"),
    (K.REGION_BLOCKED, 403, 130497, "(#130497) Business account is restricted"),
    (K.SERVER_ERROR, 500, 131000, "(#131000) Something went wrong"),
    (K.TIMEOUT, 503, 2, "Service temporarily unavailable"),
    (K.TOO_LARGE, 413, 131053, "(#131053) Media upload error"),
]
NUMBER = "/v25.0/106540352242922"


def reply_to(failure: Failure, part: str = "messages", body: Any = None) -> Reply:
    dialect = dialect_for(f"whatsapp.{part}")
    path = f"{NUMBER}/messages" if part == "messages" else NUMBER
    request = Request("POST", "graph.facebook.com", path, body=json.dumps(body or {}).encode())
    return dialect.failure(dialect.read(request), failure)


def error_in(reply: Reply) -> dict[str, Any]:
    error: dict[str, Any] = json.loads(reply.body)["error"]
    return error


def test_every_kind_is_in_the_table() -> None:
    assert {kind for kind, *_ in KINDS} == set(FailureKind)


@pytest.mark.parametrize(("kind", "status", "code", "text"), KINDS)
def test_a_kind_is_said_as_whatsapp_says_it(kind: FailureKind, status: int, code: int, text: str) -> None:
    reply = reply_to(Failure(kind))
    error = error_in(reply)

    assert (reply.status, error["code"]) == (status, code)
    assert error["message"].startswith(text)
    assert error["type"] == ("GraphMethodException" if kind is K.NOT_FOUND else "OAuthException")
    assert len(error["fbtrace_id"]) == 23


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_can_be_chosen(code: int) -> None:
    reply = reply_to(Failure(K.QUOTA_EXHAUSTED, code=str(code)))
    error = error_in(reply)

    assert (error["code"], reply.status) == (code, CODES[code].status)
    assert error.get("error_data", {}).get("messaging_product", "whatsapp") == "whatsapp"
    assert "{" not in error["message"] + str(error.get("error_data", {}).get("details"))


def test_the_pair_rate_limit_explains_itself() -> None:
    error = error_in(reply_to(Failure(K.RATE_LIMIT_REQUESTS, code="131056")))

    assert error["message"] == "(#131056) (Business Account, Consumer Account) pair rate limit hit"
    assert "to the same phone number" in error["error_data"]["details"]


@pytest.mark.parametrize(("code", "found"), [("9999999", 9999999), ("billing_error", 131042)])
def test_a_number_that_is_not_known_is_taken_and_a_word_is_not(code: str, found: int) -> None:
    assert error_in(reply_to(Failure(K.QUOTA_EXHAUSTED, code=code)))["code"] == found


def test_a_template_that_is_missing_is_named() -> None:
    body = {"template": {"name": "order_sent", "language": {"code": "de"}}}
    error = error_in(reply_to(Failure(K.MODEL_RETIRED), body=body))

    assert error["error_data"]["details"] == "template name (order_sent) does not exist in de"


def test_an_expired_token_names_both_times() -> None:
    reply = reply_to(Failure(K.AUTH_EXPIRED, now=1_790_000_000.0))
    error = error_in(reply)

    assert error["error_subcode"] == 463
    assert "on Monday, 21-Sep-26 06:00:00 PST. The current time is Monday, 21-Sep-26 06:13:20 PST." in error["message"]
    assert dict(reply.headers)["www-authenticate"].startswith('OAuth "Facebook Platform" "invalid_token" "Error')


def test_without_a_token_it_is_an_authentication_error() -> None:
    error = error_in(reply_to(Failure(K.INVALID_REQUEST, status=401)))

    assert (error["message"], error["code"]) == ("Authentication Error", 190)


@pytest.mark.parametrize("kind", [K.HISTORY_MISSING, K.MODEL_RETIRED, K.NOT_FOUND])
def test_a_file_that_is_missing_is_an_object_that_does_not_exist(kind: FailureKind) -> None:
    error = error_in(reply_to(Failure(kind), "media"))

    assert (error["code"], error["error_subcode"], error["type"]) == (100, 33, "GraphMethodException")


def test_a_path_of_something_else_is_not_known() -> None:
    assert error_in(reply_to(Failure(K.NOT_FOUND), "other"))["message"] == f"Unknown path components: {NUMBER}"


def test_a_wait_is_told_in_minutes_and_not_in_a_header_of_its_own() -> None:
    headers = dict(reply_to(Failure(K.RATE_LIMIT_TOKENS, retry_after=90)).headers)
    ((limit,),) = json.loads(headers["x-business-use-case-usage"]).values()

    assert (limit["type"], limit["call_count"], limit["estimated_time_to_regain_access"]) == ("whatsapp", 100, 2)
    assert "retry-after" not in headers
    assert json.loads(dict(reply_to(Failure(K.QUOTA_EXHAUSTED, code="4")).headers)["x-app-usage"])["call_count"] == 100
