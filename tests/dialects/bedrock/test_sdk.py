"""The real boto3 against what the dialects put on the wire, over a loopback socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import urllib3
from botocore.eventstream import ChecksumMismatch
from botocore.exceptions import ClientError, ConnectionClosedError, EventStreamError, InvalidEndpointConfigurationError
from support.bedrock import call_for, client_of
from support.every_call import begun, early
from support.loopback import ANSWER, Ending, Loopback, healthy, loopback

from brownout.dialects import DIALECTS
from brownout.exchange import Answer, Call, Failure, FailureKind

MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
ASKED: dict[str, Any] = {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}
CLAUDE = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
INVOKED: dict[str, Any] = {"modelId": MODEL, "body": json.dumps(CLAUDE)}
STREAM = call_for("/model/amazon.nova-lite-v1%3A0/converse-stream", {})


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    for name in ("AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "*")
    with loopback("bedrock") as running:
        yield running


def streamed(platform: Loopback) -> Iterator[dict[str, Any]]:
    """The events of a streamed call, as they come."""
    with client_of(platform.url) as client, closing(client.converse_stream(**ASKED)["stream"]) as stream:
        yield from stream


def converse(platform: Loopback, attempts: int = 1) -> Any:
    """A plain answer."""
    with client_of(platform.url, attempts=attempts) as client:
        return client.converse(**ASKED)


def chunks(platform: Loopback) -> Iterator[dict[str, Any]]:
    """A model's own events."""
    with client_of(platform.url) as client:
        reply = client.invoke_model_with_response_stream(**INVOKED)
        assert reply["contentType"] == "application/json"
        with closing(reply["body"]) as body:
            yield from (json.loads(event["chunk"]["bytes"]) for event in body)


def test_a_plain_answer_arrives_whole(platform: Loopback) -> None:
    reply = converse(platform)

    assert reply["output"]["message"] == {"role": "assistant", "content": [{"text": "Hello there!"}]}
    assert (reply["stopReason"], reply["usage"]["totalTokens"]) == ("end_turn", 11)
    assert reply["ResponseMetadata"]["RequestId"] == reply["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]


def test_what_the_client_sends_is_understood(platform: Loopback) -> None:
    converse(platform)
    (call,) = platform.calls

    assert "%3A" in call.request.path
    assert (call.model, call.text, call.stream, call.attempt) == (MODEL, "Hello", False, 0)
    assert call.api_key == call_for("/model/a.b/invoke", {}, {"x-api-key": "AKIATEST"}).api_key


def test_a_stream_adds_up_to_the_same_answer(platform: Loopback) -> None:
    found = list(streamed(platform))
    deltas = [event["contentBlockDelta"]["delta"]["text"] for event in found if "contentBlockDelta" in event]

    assert "".join(deltas) == "Hello there!"
    assert found[-2] == {"messageStop": {"stopReason": "end_turn"}}
    assert found[-1]["metadata"]["usage"]["outputTokens"] == 3


def test_a_tools_use_is_understood_plain_and_streamed(platform: Loopback) -> None:
    answer = Answer("ab" * 16, 1_763_000_000, ('{"city":', ' "Rome"}'), 8, "tool_calls", "get_weather")
    platform.answering = lambda request: healthy("bedrock", request, answer)
    reply = converse(platform)
    found = list(streamed(platform))
    parts = [event["contentBlockDelta"]["delta"]["toolUse"]["input"] for event in found if "contentBlockDelta" in event]

    (block,) = reply["output"]["message"]["content"]
    assert (block["toolUse"]["name"], block["toolUse"]["input"]) == ("get_weather", {"city": "Rome"})
    assert found[1]["contentBlockStart"]["start"]["toolUse"]["toolUseId"] == block["toolUse"]["toolUseId"]
    assert json.loads("".join(parts)) == {"city": "Rome"}


def test_a_models_own_body_arrives_whole_and_in_chunks(platform: Loopback) -> None:
    with client_of(platform.url) as client, closing(client.invoke_model(**INVOKED)["body"]) as body:
        plain = json.loads(body.read())
    events = list(chunks(platform))

    assert plain["content"] == [{"type": "text", "text": "Hello there!"}]
    assert (
        "".join(event["delta"]["text"] for event in events if event["type"] == "content_block_delta") == "Hello there!"
    )


def test_models_are_listed_and_described(platform: Loopback) -> None:
    with client_of(platform.url, "bedrock") as client:
        listed = [model["modelId"] for model in client.list_foundation_models()["modelSummaries"]]
        shown = client.get_foundation_model(modelIdentifier="amazon.nova-lite-v1:0")["modelDetails"]

    assert "amazon.nova-lite-v1:0" in listed
    assert (shown["modelId"], shown["modelName"]) == ("amazon.nova-lite-v1:0", "Nova Lite")


# Exception class of the client, its code, status, and whether the client tries again.
RAISED = {
    FailureKind.ACCOUNT_FLAGGED: ("AccessDeniedException", "AccessDeniedException", 403, False),
    FailureKind.AUTH_EXPIRED: ("ClientError", "ExpiredTokenException", 403, False),
    FailureKind.AUTH_REVOKED: ("ClientError", "UnrecognizedClientException", 403, False),
    FailureKind.CONFLICT: ("ConflictException", "ConflictException", 400, False),
    FailureKind.CONTENT_REFUSED: ("ValidationException", "ValidationException", 400, False),
    FailureKind.CONTEXT_TOO_LONG: ("ValidationException", "ValidationException", 400, False),
    FailureKind.HISTORY_MISSING: ("ResourceNotFoundException", "ResourceNotFoundException", 404, False),
    FailureKind.INVALID_REQUEST: ("ValidationException", "ValidationException", 400, False),
    FailureKind.MODEL_RETIRED: ("ResourceNotFoundException", "ResourceNotFoundException", 404, False),
    FailureKind.NOT_FOUND: ("ValidationException", "ValidationException", 400, False),
    FailureKind.OVERLOADED: ("ServiceUnavailableException", "ServiceUnavailableException", 503, True),
    FailureKind.PERMISSION_DENIED: ("AccessDeniedException", "AccessDeniedException", 403, False),
    FailureKind.PREFILL_REFUSED: ("ValidationException", "ValidationException", 400, False),
    FailureKind.QUOTA_EXHAUSTED: ("ServiceQuotaExceededException", "ServiceQuotaExceededException", 400, False),
    FailureKind.RATE_LIMIT_REQUESTS: ("ThrottlingException", "ThrottlingException", 429, True),
    FailureKind.RATE_LIMIT_TOKENS: ("ThrottlingException", "ThrottlingException", 429, True),
    FailureKind.REGION_BLOCKED: ("ValidationException", "ValidationException", 400, False),
    FailureKind.SERVER_ERROR: ("InternalServerException", "InternalServerException", 500, True),
    FailureKind.TIMEOUT: ("ModelTimeoutException", "ModelTimeoutException", 408, False),
    FailureKind.TOO_LARGE: ("ClientError", "RequestEntityTooLargeException", 413, False),
}


@pytest.mark.parametrize("kind", list(FailureKind))
def test_each_failure_raises_the_clients_own_error_and_is_retried_as_the_clients_rules_say(
    platform: Loopback, kind: FailureKind
) -> None:
    platform.fail(Failure(kind, retry_after=20.0))
    name, code, status, retried = RAISED[kind]

    with pytest.raises(ClientError) as caught:
        converse(platform, attempts=2)

    error = caught.value.response
    assert type(caught.value).__name__ == name
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert error["Error"]["Message"]
    assert error["ResponseMetadata"]["RequestId"].count("-") == 4
    assert [call.attempt for call in platform.calls] == ([0, 1] if retried else [0])


@pytest.mark.parametrize(
    ("failure", "name", "retried"),
    [
        (Failure(FailureKind.OVERLOADED, status=429), "ModelNotReadyException", True),
        (Failure(FailureKind.SERVER_ERROR, status=424), "ModelErrorException", False),
    ],
)
def test_a_status_of_its_own_is_another_error(platform: Loopback, failure: Failure, name: str, retried: bool) -> None:
    platform.fail(failure)

    with pytest.raises(ClientError) as caught, client_of(platform.url, attempts=2) as client:
        client.invoke_model(**INVOKED)

    assert type(caught.value).__name__ == name
    assert len(platform.seen) == 1 + retried


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FailureKind.RATE_LIMIT_REQUESTS, "throttlingException"),
        (FailureKind.OVERLOADED, "serviceUnavailableException"),
        (FailureKind.SERVER_ERROR, "internalServerException"),
        (FailureKind.TIMEOUT, "modelStreamErrorException"),
        (FailureKind.CONTEXT_TOO_LONG, "validationException"),
    ],
)
def test_an_exception_in_a_stream_is_raised_after_the_events_and_not_retried(
    platform: Loopback, kind: FailureKind, code: str
) -> None:
    platform.cut(3, DIALECTS["bedrock.converse"].stream_failure(STREAM, Failure(kind), begun(STREAM, 3)))
    events: list[dict[str, Any]] = []

    with pytest.raises(EventStreamError) as caught:
        events.extend(streamed(platform))

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["Error"]["Message"]
    assert len(platform.seen) == 1


def test_the_events_before_an_exception_arrive(platform: Loopback) -> None:
    platform.cut(
        3, DIALECTS["bedrock.converse"].stream_failure(STREAM, Failure(FailureKind.OVERLOADED), begun(STREAM, 3))
    )
    stream = streamed(platform)

    assert [list(next(stream)) for _ in range(3)] == [["messageStart"], ["contentBlockDelta"], ["contentBlockDelta"]]
    with pytest.raises(EventStreamError):
        next(stream)


@pytest.mark.parametrize("kind", [FailureKind.TIMEOUT, FailureKind.SERVER_ERROR])
def test_an_exception_among_chunks_is_raised(platform: Loopback, kind: FailureKind) -> None:
    def call_of(path: str) -> Call:
        return call_for(f"/model/a.b/{path}", {})

    invoke = DIALECTS["bedrock.invoke"]
    platform.cut(
        2,
        invoke.stream_failure(
            call_of("invoke-with-response-stream"), Failure(kind), begun(call_of("invoke-with-response-stream"), 2)
        ),
    )

    with pytest.raises(EventStreamError) as caught:
        list(chunks(platform))

    expected = "modelTimeoutException" if kind is FailureKind.TIMEOUT else "internalServerException"
    assert caught.value.response["Error"]["Code"] == expected


def test_a_stream_that_stops_early_ends_in_order_and_says_so(platform: Loopback) -> None:
    platform.cut(3, DIALECTS["bedrock.converse"].stream_incomplete(STREAM, early(), begun(STREAM, 3)))
    found = list(streamed(platform))

    assert [next(iter(event)) for event in found[3:]] == ["contentBlockStop", "messageStop", "metadata"]
    assert found[4]["messageStop"]["stopReason"] == "max_tokens"


@pytest.mark.parametrize("half", [b"", b"\0\0\0\x86\0\0\0"], ids=["between frames", "inside a frame"])
def test_a_stream_that_ends_too_early_in_order_is_silent(platform: Loopback, half: bytes) -> None:
    platform.cut(3, half)

    assert len(list(streamed(platform))) == 3


@pytest.mark.parametrize("place", [9, 40, -2], ids=["prelude", "headers", "message"])
def test_a_damaged_frame_is_a_checksum_mismatch(platform: Loopback, place: int) -> None:
    frame = bytearray(list(DIALECTS["bedrock.converse"].stream(STREAM, ANSWER))[1])
    frame[place] ^= 1
    platform.cut(1, bytes(frame))

    with pytest.raises(ChecksumMismatch):
        list(streamed(platform))


@pytest.mark.parametrize("ending", ["fin", "rst"])
def test_a_broken_connection_in_a_stream_is_the_transports_own_error(platform: Loopback, ending: Ending) -> None:
    platform.cut(3)
    platform.ending = ending

    with pytest.raises(urllib3.exceptions.ProtocolError):
        list(streamed(platform))

    assert len(platform.seen) == 1


def test_a_page_of_a_gateway_is_an_error_by_its_status(platform: Loopback) -> None:
    page = b"<html><head><title>502 Bad Gateway</title></head></html>"
    platform.answering = lambda request: (502, (("content-type", "text/html"),), [page])

    with pytest.raises(ClientError) as caught:
        converse(platform)

    assert caught.value.response["Error"]["Code"] == "502"


def test_a_broken_connection_before_any_answer_is_retried(platform: Loopback) -> None:
    def nothing(request: Any) -> Any:
        raise ConnectionAbortedError  # the handler ends without a byte

    platform.answering = nothing
    with pytest.raises(ConnectionClosedError):
        converse(platform, attempts=2)

    assert len(platform.seen) == 2


def test_an_api_key_is_never_sent_in_the_clear(platform: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-test")

    with pytest.raises(InvalidEndpointConfigurationError, match="HTTPS"):
        converse(platform)

    assert platform.seen == []
