"""For how long answers ask to wait: in headers, in texts, in details, in the errors of streams."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.dialects import Voice, dialect_for
from brownout.dialects.registry import DIALECTS
from brownout.dialects.waits import duration, in_errors, in_headers, in_words
from brownout.exchange import Call, Failure, FailureKind, Reply, Request

NOW = 1_763_000_000.0
SILENT = ("bedrock", "ollama", "vertex")
"""Platforms that name no wait anywhere."""
PATHS = {
    "gemini": "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
    "whatsapp": "/v25.0/106540352242922/messages",
}


def _call(service: str, stream: bool = False) -> Call:
    path = PATHS.get(service.partition(".")[0], "/v1/x")
    body = {"model": "some-model", "stream": stream, "messages": [{"role": "user", "content": "Hello"}]}
    return dialect_for(service).read(Request("POST", "host.test", path, "alt=sse", body=json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Limit 500, Used 500, Requested 1. Please try again in 120ms. Visit https://example.com", 0.12),
        ("Please try again in 1.4s.", 1.4),
        ("Please try again in 6m0s.", 360),
        ("please try again in 1h0m2.5s", 3602.5),
        ("Please retry in 58.933956052s.", 58.933956052),
        ("Please retry after 20 seconds. Please go here", 20),
        ("Try again in 1 minute.", 60),
        ("Please try again in a few minutes.", None),
        ("Please retry in a few seconds.", None),
        ("The model is overloaded. Please try again later.", None),
        ("You asked 20 seconds ago.", None),
        ("", None),
    ],
)
def test_a_wait_is_read_as_the_platforms_write_it(text: str, seconds: float | None) -> None:
    assert in_words(text) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(("text", "seconds"), [("58s", 58), ("34.4s", 34.4), ("5m", None), ("", None), (58, None)])
def test_a_duration_has_one_form(text: object, seconds: float | None) -> None:
    assert duration(text) == seconds


@given(st.text(max_size=300), st.sampled_from([200, 429]))
def test_reading_a_wait_never_fails(text: str, status: int) -> None:
    reply = Reply(status, (("retry-after", text), ("x-business-use-case-usage", text)), text.encode())

    for service in ("openai.chat", "gemini.generate", "whatsapp.messages", "anthropic.messages"):
        wait = dialect_for(service).wait(reply, NOW)
        assert wait is None or math.isfinite(wait)


def test_a_deep_body_is_no_trap() -> None:
    deep = b'{"error":' * 5000 + b"1" + b"}" * 5000

    assert in_errors(Reply(429, (), deep)) is None


@pytest.mark.parametrize("service", sorted(DIALECTS))
def test_every_platform_is_understood_when_it_limits(service: str) -> None:
    failure = Failure(
        FailureKind.RATE_LIMIT_REQUESTS, id="ab" * 16, retry_after=58.93, reset=58.93, limit=9, remaining=0
    )
    reply = Voice(_call(service), NOW).failure(failure)

    wait = dialect_for(service).wait(reply, NOW)

    if service.partition(".")[0] in SILENT:
        assert wait is None
    else:
        assert wait is not None
        assert 58 <= wait <= 60


@pytest.mark.parametrize("service", ["openai.chat", "openai.responses", "openai.assistants", "groq.chat", "azure.chat"])
def test_without_headers_the_text_of_a_limit_still_asks(service: str) -> None:
    failure = Failure(FailureKind.RATE_LIMIT_TOKENS, retry_after=2.5)
    reply = Voice(_call(service), NOW).failure(failure)
    bare = Reply(reply.status, (), reply.body)

    assert in_headers(reply, NOW) is not None
    assert dialect_for(service).wait(bare, NOW) == pytest.approx(2.5, abs=0.5)


@pytest.mark.parametrize("alt", ["alt=sse", ""])
@pytest.mark.parametrize(
    "service", ["openai.chat", "openai.responses", "openai.assistants", "groq.chat", "gemini.generate"]
)
def test_the_error_at_the_end_of_a_stream_names_its_wait(service: str, alt: str) -> None:
    path = PATHS.get(service.partition(".")[0], "/v1/x")
    body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}).encode()
    call = dialect_for(service).read(Request("POST", "host.test", path, alt, body=body))
    failure = Failure(FailureKind.RATE_LIMIT_TOKENS, id="ab" * 16, retry_after=1.5, reset=1.5)

    error = Voice(call, NOW).stream_failure(failure, ())

    wait = dialect_for(service).wait(Reply(200, (), b'data: {"choices": []}\n\n' + error), NOW)
    assert wait == pytest.approx(1.5, abs=0.5)


def test_what_a_model_says_about_waiting_asks_nobody() -> None:
    said = json.dumps({"choices": [{"delta": {"content": '{"error": {"message": "Please try again in 20s."}}'}}]})

    assert dialect_for("openai.chat").wait(Reply(200, (), f"data: {said}\n\n".encode()), NOW) is None
