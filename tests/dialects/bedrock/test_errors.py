"""Bedrock's exceptions: status, header, body, and their names inside a stream."""

from __future__ import annotations

import json

import pytest
from support.bedrock import call_for
from support.every_call import begun

from brownout.dialects import DIALECTS, Voice
from brownout.exchange import Failure, FailureKind
from brownout.wire import eventstream

EXPECTED = {
    FailureKind.ACCOUNT_FLAGGED: (403, "AccessDeniedException", "Your account is not authorized"),
    FailureKind.AUTH_EXPIRED: (403, "ExpiredTokenException", "is expired"),
    FailureKind.AUTH_REVOKED: (403, "UnrecognizedClientException", "security token included in the request is invalid"),
    FailureKind.CONFLICT: (400, "ConflictException", "conflict"),
    FailureKind.CONTENT_REFUSED: (400, "ValidationException", "content filters"),
    FailureKind.CONTEXT_TOO_LONG: (400, "ValidationException", "Input is too long for requested model."),
    FailureKind.HISTORY_MISSING: (404, "ResourceNotFoundException", "not found"),
    FailureKind.INVALID_REQUEST: (400, "ValidationException", "Malformed input request"),
    FailureKind.MODEL_RETIRED: (404, "ResourceNotFoundException", "end of its life"),
    FailureKind.NOT_FOUND: (400, "ValidationException", "The provided model identifier is invalid."),
    FailureKind.OVERLOADED: (503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
    FailureKind.PERMISSION_DENIED: (403, "AccessDeniedException", "You don't have access to the model"),
    FailureKind.PREFILL_REFUSED: (400, "ValidationException", "assistant message prefill"),
    FailureKind.QUOTA_EXHAUSTED: (400, "ServiceQuotaExceededException", "quota"),
    FailureKind.RATE_LIMIT_REQUESTS: (
        429,
        "ThrottlingException",
        "Too many requests, please wait before trying again.",
    ),
    FailureKind.RATE_LIMIT_TOKENS: (429, "ThrottlingException", "Too many tokens, please wait before trying again."),
    FailureKind.REGION_BLOCKED: (400, "ValidationException", "unsupported countries"),
    FailureKind.SERVER_ERROR: (500, "InternalServerException", "unexpected error during processing"),
    FailureKind.TIMEOUT: (408, "ModelTimeoutException", "Model has timed out"),
    FailureKind.TOO_LARGE: (413, "RequestEntityTooLargeException", "too large"),
}
PATH = "/model/amazon.nova-lite-v1%3A0/converse"


@pytest.mark.parametrize("kind", list(FailureKind))
def test_each_kind_has_its_exception(kind: FailureKind) -> None:
    status, type, text = EXPECTED[kind]
    reply = DIALECTS["bedrock.converse"].failure(call_for(PATH, {}), Failure(kind, retry_after=20.0))
    headers = dict(reply.headers)

    assert reply.status == status
    assert headers["x-amzn-errortype"].split(":", 1)[0] == type
    assert headers["x-amzn-errortype"].endswith("/")
    assert headers["x-amzn-requestid"].count("-") == 4
    assert text in json.loads(reply.body)["message"]
    assert "retry-after" not in headers


@pytest.mark.parametrize("form", ["milliseconds", "date", "fractional"])
def test_a_wait_is_only_sent_where_a_form_is_asked_for(form: str) -> None:
    failure = Failure(FailureKind.RATE_LIMIT_REQUESTS, retry_after=2.0, retry_form=form)  # type: ignore[arg-type]

    assert [name for name, _ in Voice(call_for(PATH, {})).failure(failure).headers if name.startswith("retry-after")]


@pytest.mark.parametrize(
    ("kind", "status", "type"),
    [
        (FailureKind.SERVER_ERROR, 503, "ServiceUnavailableException"),
        (FailureKind.SERVER_ERROR, 424, "ModelErrorException"),
        (FailureKind.SERVER_ERROR, 502, "InternalServerException"),
        (FailureKind.OVERLOADED, 429, "ModelNotReadyException"),
        (FailureKind.INVALID_REQUEST, 401, "MissingAuthenticationTokenException"),
        (FailureKind.INVALID_REQUEST, 403, "MissingAuthenticationTokenException"),
        (FailureKind.INVALID_REQUEST, 418, "ValidationException"),
        (FailureKind.RATE_LIMIT_TOKENS, 503, "ThrottlingException"),
    ],
)
def test_a_status_of_its_own_names_another_exception(kind: FailureKind, status: int, type: str) -> None:
    reply = DIALECTS["bedrock.converse"].failure(call_for(PATH, {}), Failure(kind, status=status))

    assert reply.status == status
    assert dict(reply.headers)["x-amzn-errortype"].startswith(f"{type}:")


def test_a_revoked_api_key_is_refused_in_other_words_than_a_signature() -> None:
    call = call_for(PATH, {}, {"authorization": "Bearer test-key"})
    reply = DIALECTS["bedrock.converse"].failure(call, Failure(FailureKind.AUTH_REVOKED))

    assert (reply.status, json.loads(reply.body)) == (
        403,
        {"Message": "Authentication failed: Please make sure your API Key is valid."},
    )


def test_a_path_that_is_none_is_an_unknown_operation() -> None:
    reply = DIALECTS["bedrock.other"].failure(call_for("/nothing"), Failure(FailureKind.NOT_FOUND))

    assert reply.status == 404
    assert dict(reply.headers)["x-amzn-errortype"].startswith("UnknownOperationException:")


STREAMED = {
    FailureKind.OVERLOADED: "serviceUnavailableException",
    FailureKind.RATE_LIMIT_REQUESTS: "throttlingException",
    FailureKind.RATE_LIMIT_TOKENS: "throttlingException",
    FailureKind.SERVER_ERROR: "internalServerException",
}


@pytest.mark.parametrize("kind", list(FailureKind))
@pytest.mark.parametrize(
    ("path", "timeout"),
    [("converse-stream", "modelStreamErrorException"), ("invoke-with-response-stream", "modelTimeoutException")],
)
def test_in_a_stream_it_is_one_of_the_exceptions_a_stream_knows(kind: FailureKind, path: str, timeout: str) -> None:
    call = call_for(f"/model/amazon.nova-lite-v1%3A0/{path}", {})
    frame = DIALECTS[call.service].stream_failure(call, Failure(kind), begun(call, 3))
    headers, payload = eventstream.decode(frame)
    usual = timeout if kind is FailureKind.TIMEOUT else "validationException"

    assert headers == {
        ":exception-type": STREAMED.get(kind, usual),
        ":content-type": "application/json",
        ":message-type": "exception",
    }
    assert json.loads(payload)["message"]


def test_a_model_that_breaks_in_a_stream_tells_what_it_said() -> None:
    call = call_for("/model/a.b/converse-stream", {})
    frame = DIALECTS[call.service].stream_failure(
        call, Failure(FailureKind.SERVER_ERROR, status=424, message="x"), begun(call, 3)
    )
    headers, payload = eventstream.decode(frame)

    assert headers[":exception-type"] == "modelStreamErrorException"
    assert json.loads(payload) == {"message": "x", "originalStatusCode": 424, "originalMessage": "x"}
