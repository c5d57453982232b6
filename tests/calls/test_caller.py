"""Who calls, and from where: by key, by signature, by host."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls.caller import Signer, account_of, bearer, issued_at, region_of, signer_of
from brownout.dialects import dialect_for
from brownout.dialects.openai import login as openai_login
from brownout.exchange import Call, Request

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIATEST/20261122/eu-west-1/bedrock/aws4_request, SignedHeaders=host, Signature=0f"
)


@pytest.mark.parametrize(
    ("authorization", "signer"),
    [
        (SIGNED, Signer("AKIATEST", "eu-west-1")),
        (SIGNED.replace("Credential", "SignedHeaders=a;b, Credential"), Signer("AKIATEST", "eu-west-1")),
        (SIGNED.replace("SHA256 ", "SHA256  "), Signer("AKIATEST", "eu-west-1")),
        ("AWS4-ECDSA-P256-SHA256 Credential=AKIATEST/20261122//bedrock/aws4_request", Signer("AKIATEST", "")),
        ("AWS4-HMAC-SHA256 Credential=AKIATEST", None),
        ("Bearer AWS4-HMAC-SHA256 Credential=a/b/c/d", None),
        ("", None),
    ],
)
def test_a_signature_names_its_key_and_region(authorization: str, signer: Signer | None) -> None:
    assert signer_of(authorization) == signer


@given(st.text(max_size=200) | st.text(max_size=60).map(lambda text: f"AWS4-HMAC-SHA256 Credential={text}"))
def test_reading_a_signature_never_fails(authorization: str) -> None:
    assert signer_of(authorization) is None or signer_of(f" {authorization}") is not None


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"authorization": SIGNED}, "AKIATEST"),
        ({"authorization": "Bearer sk-test-1"}, "sk-test-1"),
        ({"x-api-key": "sk-test-2"}, "sk-test-2"),
        ({"api-key": "sk-test-3"}, "sk-test-3"),
        ({}, None),
    ],
)
def test_the_key_is_the_bearers_or_the_signers(headers: dict[str, str], key: str | None) -> None:
    assert bearer(Call("openai.chat", Request("POST", "h", "/", headers=headers))) == key


@pytest.mark.parametrize(
    ("host", "headers", "region"),
    [
        ("eu.api.openai.com", {}, "eu"),
        ("api.openai.com", {}, None),
        ("bedrock-runtime.us-west-2.amazonaws.com", {}, "us-west-2"),
        ("bedrock-runtime-fips.us-gov-west-1.amazonaws.com:443", {}, "us-gov-west-1"),
        ("bedrock.ap-south-1.amazonaws.com", {}, "ap-south-1"),
        ("s3.us-west-2.amazonaws.com", {}, None),
        ("bedrock-runtime.us-east-1.amazonaws.com", {"authorization": SIGNED}, "eu-west-1"),
        ("bedrock-runtime.us-east-1.amazonaws.com", {"authorization": "Bearer k"}, "us-east-1"),
    ],
)
def test_the_region_is_the_signatures_or_the_hosts(host: str, headers: dict[str, str], region: str | None) -> None:
    assert region_of(Request("POST", host, "/", headers=headers)) == region


def test_a_token_says_when_it_was_issued() -> None:
    assert issued_at(openai_login.token("a", 1_770_000_000)) == 1_770_000_000


@given(st.text() | st.tuples(st.binary(), st.binary(), st.binary()).map(lambda parts: ".".join(map(encoded, parts))))
def test_a_key_that_says_nothing_of_the_kind_is_no_token(key: str) -> None:
    assert issued_at(key) is None or isinstance(json.loads(decoded(key.split(".")[1]))["iat"], int | float)


@pytest.mark.parametrize("claims", [b"{}", b"[1]", b'{"iat": "now"}', b'{"iat": true}', b'{"iat": NaN}', b"{"])
def test_a_token_without_its_time_says_none(claims: bytes) -> None:
    assert issued_at(f"e30.{encoded(claims)}.x") is None
    assert issued_at(None) is None


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


CHAT = "/v1/chat/completions"
DEPLOYMENT = "/openai/deployments/gpt-4o/chat/completions"
VERTEX = "/v1/projects/{}/locations/{}/publishers/google/models/gemini-2.5-flash:generateContent"
BEDROCK = "/model/amazon.nova-lite-v1:0/converse"


def _account(service: str, host: str, path: str, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return account_of(dialect_for(service).read(Request("POST", host, path, "", named)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            _account("openai.chat", "api.openai.com", CHAT, authorization="Bearer sk-test-a"),
            _account("openai.chat", "api.openai.com", CHAT, authorization="Bearer sk-test-b"),
        ),
        (
            _account("openai.chat", "api.openai.com", CHAT, openai_project="proj_a"),
            _account("openai.chat", "api.openai.com", CHAT, openai_project="proj_b"),
        ),
        (
            _account("azure.chat", "east.openai.azure.com", DEPLOYMENT, api_key="same"),
            _account("azure.chat", "west.openai.azure.com", DEPLOYMENT, api_key="same"),
        ),
        (
            _account("azure.chat", "east.openai.azure.com", DEPLOYMENT, api_key="same"),
            _account("azure.chat", "east.openai.azure.com", DEPLOYMENT.replace("4o", "4o-second"), api_key="same"),
        ),
        (
            _account("vertex.generate", "aiplatform.googleapis.com", VERTEX.format("a", "global")),
            _account("vertex.generate", "aiplatform.googleapis.com", VERTEX.format("b", "global")),
        ),
        (
            _account("vertex.generate", "aiplatform.googleapis.com", VERTEX.format("a", "global")),
            _account("vertex.generate", "aiplatform.googleapis.com", VERTEX.format("a", "us-east5")),
        ),
        (
            _account("gemini.generate", "generativelanguage.googleapis.com", "/v1beta/models/g", x_goog_api_key="a"),
            _account("gemini.generate", "generativelanguage.googleapis.com", "/v1beta/models/g", x_goog_api_key="b"),
        ),
        (
            _account("bedrock.converse", "brownout.test", BEDROCK, authorization=SIGNED),
            _account("bedrock.converse", "brownout.test", BEDROCK, authorization=SIGNED.replace("eu-west", "us-west")),
        ),
    ],
    ids=["key", "project", "resource", "deployment", "google project", "location", "google key", "region"],
)
def test_two_accounts_are_told_apart(one: str, other: str) -> None:
    assert one != other


def test_an_account_is_the_same_whatever_is_asked_and_whenever_it_is_signed() -> None:
    later = SIGNED.replace("20261122", "20261123").replace("0f", "1e")

    assert _account("bedrock.converse", "h", BEDROCK, authorization=SIGNED) == _account(
        "bedrock.invoke", "h", BEDROCK.replace("converse", "invoke"), authorization=later
    )


def test_an_account_says_nothing_of_its_key() -> None:
    assert "sk-test" not in _account("openai.chat", "api.openai.com", CHAT, authorization="Bearer sk-test-a")
