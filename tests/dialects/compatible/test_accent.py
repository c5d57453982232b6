"""What platforms that speak OpenAI's grammar have of their own: headers and errors, and nothing of OpenAI's."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.every_call import begun

from brownout.dialects import dialect_for
from brownout.dialects.compatible.accent import LINES, NEUTRAL
from brownout.dialects.compatible.accents import ACCENTS, accent_of
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply, Request
from brownout.services import catalogue_of

ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello", " there", "!"), 8)
NAMES = pytest.mark.parametrize("name", [*sorted(ACCENTS), "acme", "together"])
KNOWN = catalogue_of({"acme": "https://llm.acme.example/v1"})
OPENAIS = re.compile(r"openai-|openai\.com|proj_|\borg-", re.IGNORECASE)


def call_for(name: str, part: str = "chat", **body: object) -> Call:
    provider = KNOWN.by_name[name]
    path = {"chat": "chat/completions", "other": "elsewhere"}.get(part, part)
    whole = {"model": "some-model", "messages": [{"role": "user", "content": "Hi"}], "input": "Hi", **body}
    request = Request(
        "POST", provider.main_host, f"{provider.base}/{path}", "", {"api-key": "test-0000"}, json.dumps(whole).encode()
    )
    return dialect_for(f"{name}.{part}").read(request)


def is_its_own(reply: Reply) -> None:
    assert not OPENAIS.search(str(reply.headers))
    assert not OPENAIS.search(reply.body.decode())


def test_openai_itself_has_none() -> None:
    assert accent_of("openai") is None
    assert accent_of("together") is NEUTRAL


def test_accents_are_in_the_order_of_the_alphabet() -> None:
    assert list(ACCENTS) == sorted(ACCENTS)


@NAMES
def test_every_kind_has_its_line(name: str) -> None:
    accent = accent_of(name)
    assert accent is not None
    assert set(accent.lines) >= set(LINES)
    assert accent.models


@NAMES
@pytest.mark.parametrize("part", ["chat", "models", "other"])
def test_no_failure_speaks_as_openai_does(name: str, part: str) -> None:
    for kind in FailureKind:
        _is_its_own_failure(name, kind, part)


def _is_its_own_failure(name: str, kind: FailureKind, part: str) -> None:
    if (name, part) == ("perplexity", "models"):
        return
    call = call_for(name, part)
    failure = Failure(kind, limit=60, remaining=0, reset=3.0, retry_after=2.0)
    is_its_own(dialect_for(call.service).failure(call, failure))


@NAMES
@pytest.mark.parametrize("kind", [FailureKind.SERVER_ERROR, FailureKind.RATE_LIMIT_TOKENS, FailureKind.OVERLOADED])
def test_nor_does_an_error_in_a_stream(name: str, kind: FailureKind) -> None:
    call = call_for(name, stream=True)
    event = dialect_for(call.service).stream_failure(call, Failure(kind), begun(call, 3))

    assert event.startswith(b"data: {")
    assert event.endswith(b"\n\n")
    assert not OPENAIS.search(event.decode())


@NAMES
def test_nor_does_a_healthy_answer(name: str) -> None:
    call = call_for(name)
    dialect = dialect_for(call.service)
    is_its_own(dialect.answer(call, ANSWER))
    is_its_own(dialect.stream_head(call, ANSWER))
    assert b"obfuscation" not in b"".join(dialect.stream(call, ANSWER))
    assert b"service_tier" not in dialect.answer(call, ANSWER).body


@NAMES
def test_status_code_and_text_can_be_set(name: str) -> None:
    call = call_for(name)
    reply = dialect_for(call.service).failure(call, Failure(FailureKind.SERVER_ERROR, status=599, message="As {asked}"))

    assert reply.status == 599
    assert b"As {asked}" in reply.body


@NAMES
@given(model=st.text(max_size=20))
def test_a_models_name_is_quoted_whatever_it_is(name: str, model: str) -> None:
    call = call_for(name, model=model)
    for kind in (FailureKind.NOT_FOUND, FailureKind.RATE_LIMIT_REQUESTS, FailureKind.MODEL_RETIRED):
        assert dialect_for(call.service).failure(call, Failure(kind)).body


def test_the_figures_are_those_of_the_failure() -> None:
    call = call_for("acme")
    failure = Failure(FailureKind.RATE_LIMIT_REQUESTS, limit=60, remaining=0, reset=9.0, retry_after=7.0)
    reply = dialect_for("acme.chat").failure(call, failure)
    headers = dict(reply.headers)

    text = "on requests per minute (RPM): Limit 60, Used 60, Requested 1. Please try again in 7s."
    assert text in json.loads(reply.body)["error"]["message"]
    assert (headers["retry-after"], headers["x-ratelimit-limit-requests"]) == ("7", "60")
    assert headers["x-ratelimit-reset-requests"] == "9s"
    assert "retry-after-ms" not in headers


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        ("acme", FailureKind.SERVER_ERROR, {"error": {"message": "Internal server error", "type": "server_error"}}),
        ("azure", FailureKind.NOT_FOUND, {"error": {"code": "DeploymentNotFound"}}),
        ("azure", FailureKind.AUTH_EXPIRED, {"statusCode": 401}),
        ("azure", FailureKind.CONTENT_REFUSED, {"error": {"code": "content_filter", "param": "prompt", "status": 400}}),
        (
            "deepseek",
            FailureKind.QUOTA_EXHAUSTED,
            {"error": {"type": "unknown_error", "code": "invalid_request_error"}},
        ),
        ("mistral", FailureKind.RATE_LIMIT_TOKENS, {"object": "error", "type": "rate_limited", "code": "1300"}),
        ("mistral", FailureKind.TIMEOUT, {"message": "The upstream server is timing out"}),
        ("openrouter", FailureKind.AUTH_REVOKED, {"error": {"message": "User not found.", "code": 401}}),
        ("perplexity", FailureKind.OVERLOADED, {"error": {"type": "service_unavailable", "code": 503}}),
        ("xai", FailureKind.OVERLOADED, {"code": "The service is currently unavailable"}),
    ],
)
def test_bodies_have_the_platforms_form(name: str, kind: FailureKind, body: dict[str, object]) -> None:
    call = call_for(name)
    found = json.loads(dialect_for(call.service).failure(call, Failure(kind)).body)

    for key, wanted in body.items():
        if isinstance(wanted, dict):
            assert {field: found[key][field] for field in wanted} == wanted
        else:
            assert found[key] == wanted


def test_azure_speaks_as_the_model_does_once_it_streams() -> None:
    call = call_for("azure", "responses", stream=True)
    events = dialect_for("azure.responses").stream_failure(call, Failure(FailureKind.RATE_LIMIT_TOKENS), begun(call, 5))

    first, second = (json.loads(event.partition(b"data: ")[2]) for event in events.split(b"\n\n") if event)
    assert (first["type"], first["error"]["code"]) == ("error", "rate_limit_exceeded")
    assert (second["type"], second["response"]["error"]["code"]) == ("response.failed", "rate_limit_exceeded")


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/openai/deployments/my-gpt/chat/completions", "my-gpt"),
        ("/openai/v1/chat/completions", None),
    ],
)
def test_azures_model_is_the_deployment_where_the_body_names_none(path: str, model: str | None) -> None:
    request = Request("POST", "contoso.openai.azure.com", path, body=b'{"messages": []}')

    assert dialect_for("azure.chat").read(request).model == model
    assert dialect_for("azure.embeddings").read(request).model == model
