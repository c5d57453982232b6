"""What all Bedrock services read and send alike."""

from __future__ import annotations

import json

import pytest
from support.bedrock import ANSWER, call_for
from support.every_call import begun, early

from brownout.dialects import DIALECTS
from brownout.dialects.bedrock import common as bedrock
from brownout.dialects.reading import digest_of_key
from brownout.exchange import Failure, FailureKind
from brownout.services import BUILT_IN

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIATEST/20261122/eu-west-1/bedrock/aws4_request, SignedHeaders=host, Signature=00ff"
)
MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/model/amazon.nova-lite-v1%3A0/converse", "bedrock.converse"),
        ("POST", "/model/amazon.nova-lite-v1:0/converse-stream", "bedrock.converse"),
        ("POST", "/model/arn%3Aaws%3Abedrock%3Aeu%3A1%3Ainference-profile%2Fx/invoke", "bedrock.invoke"),
        ("POST", "/model/meta.llama3-1-70b-instruct-v1%3A0/invoke-with-response-stream", "bedrock.invoke"),
        ("GET", "/foundation-models", "bedrock.models"),
        ("GET", "/foundation-models/amazon.nova-lite-v1%3A0", "bedrock.models"),
        ("POST", "/guardrail/1/version/2/apply", "bedrock.other"),
        ("GET", "/model/amazon.nova-lite-v1%3A0/converse", "bedrock.other"),
    ],
)
def test_the_path_names_the_service(method: str, path: str, service: str) -> None:
    assert BUILT_IN.service_of("bedrock", method, path) == service


@pytest.mark.parametrize(
    "host",
    [
        "bedrock-runtime.us-east-1.amazonaws.com",
        "bedrock-runtime-fips.us-gov-west-1.amazonaws.com:443",
        "bedrock.eu-west-1.amazonaws.com",
    ],
)
def test_hosts_of_every_region_are_bedrock(host: str) -> None:
    provider = BUILT_IN.provider_of_host(host)
    assert provider is not None
    assert (provider.name, provider.main_host) == ("bedrock", "bedrock-runtime.us-east-1.amazonaws.com")


def test_other_hosts_of_aws_are_left_alone() -> None:
    assert BUILT_IN.provider_of_host("s3.eu-west-1.amazonaws.com") is None


@pytest.mark.parametrize("path", [f"/model/{MODEL}/converse", f"/model/{MODEL.replace(':', '%3A')}/invoke"])
def test_the_model_is_read_from_the_path_unescaped(path: str) -> None:
    assert call_for(path).model == MODEL


def test_an_arn_is_a_model_too() -> None:
    call = call_for("/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.x/converse")

    assert call.model == "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x"


def test_the_access_key_is_the_callers_key_whatever_the_signature() -> None:
    first = call_for("/model/a.b/converse", {}, {"authorization": SIGNED, "amz-sdk-request": "attempt=2; max=3"})
    again = call_for("/model/a.b/converse", {}, {"authorization": SIGNED.replace("00ff", "beef")})
    other = call_for("/model/a.b/converse", {}, {"authorization": SIGNED.replace("AKIATEST", "AKIAOTHER")})

    assert first.api_key == again.api_key == digest_of_key({"x-api-key": "AKIATEST"})
    assert other.api_key not in (None, first.api_key)
    assert (first.attempt, again.attempt) == (1, None)


def test_words_are_found_wherever_a_message_holds_them() -> None:
    body = {
        "system": [{"text": "be kind"}],
        "messages": [
            {"role": "user", "content": [{"text": "weather?"}, {"cachePoint": {"type": "default"}}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "1", "name": "w", "input": {"city": "Rome"}}}]},
            {
                "role": "user",
                "content": [{"toolResult": {"toolUseId": "1", "content": [{"text": "sun"}, {"json": {"c": 30}}]}}],
            },
        ],
    }
    call = call_for("/model/a.b/converse", body)

    assert [(turn.role, turn.text) for turn in call.turns] == [
        ("system", "be kind"),
        ("user", "weather?"),
        ("assistant", '{"city":"Rome"}'),
        ("tool", 'sun\n{"c":30}'),
    ]
    assert call.text == "weather?"
    assert call.conversation


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("/model/a.b/converse", False),
        ("/model/a.b/converse-stream", True),
        ("/model/a.b/invoke", False),
        ("/model/a.b/invoke-with-response-stream", True),
    ],
)
def test_only_the_path_asks_for_a_stream(path: str, stream: bool) -> None:
    assert call_for(path, {"stream": True}).stream == stream


@pytest.mark.parametrize("path", ["/model/a.b/converse", "/model/a.b/invoke"])
def test_without_a_stream_there_are_no_events(path: str) -> None:
    call = call_for(path, {})
    dialect = DIALECTS[call.service]

    for attempt in (
        lambda: dialect.stream_head(call, ANSWER),
        lambda: dialect.stream(call, ANSWER),
        lambda: dialect.stream_failure(call, Failure(FailureKind.TIMEOUT), begun(call, 1)),
        lambda: dialect.stream_incomplete(call, early(), begun(call, 1)),
    ):
        with pytest.raises(ValueError, match="never streams"):
            attempt()


def test_models_are_listed_and_described() -> None:
    listed = json.loads(DIALECTS["bedrock.models"].answer(call_for("/foundation-models", method="GET"), ANSWER).body)
    one = call_for("/foundation-models/amazon.nova-lite-v1%3A0", method="GET")
    shown = json.loads(DIALECTS["bedrock.models"].answer(one, ANSWER).body)

    assert shown["modelDetails"] in listed["modelSummaries"]
    assert shown["modelDetails"]["modelId"] == "amazon.nova-lite-v1:0"


def test_the_padding_is_the_beginning_of_one_alphabet() -> None:
    found = {bedrock.padding("ab", number) for number in range(200)}

    assert all(max(found, key=len).startswith(noise) and noise for noise in found)
    assert len(found) > 10
