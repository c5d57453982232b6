"""The platform's voice in one call."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.dialects import Voice, dialect_for
from brownout.dialects.voice import count_of, pieces_of
from brownout.exchange import Call, Failure, FailureKind, Request, RetryForm

NOW = 1_763_000_000.0


def chat(stream: bool = False, accept: str = "*/*") -> Call:
    body = {"model": "gpt-4o", "stream": stream, "messages": [{"role": "user", "content": "Hello"}]}
    request = Request(
        "POST", "api.openai.com", "/v1/chat/completions", headers={"accept": accept}, body=json.dumps(body).encode()
    )
    return dialect_for("openai.chat").read(request)


@pytest.mark.parametrize("page", ["html", "problem", "empty"])
def test_everything_it_says_at_once_has_its_length(page: str) -> None:
    voice = Voice(chat(), NOW)
    replies = [
        voice.failure(Failure(FailureKind.SERVER_ERROR)),
        voice.gateway(502, page, "ab"),  # type: ignore[arg-type]
        voice.say("ab")[0],
    ]

    for reply in replies:
        lengths = [value for name, value in reply.headers if name.lower() == "content-length"]
        assert lengths == [str(len(reply.body))]


def test_the_head_of_a_stream_has_no_length() -> None:
    head, events = Voice(chat(stream=True), NOW).say("ab")

    assert "content-length" not in dict(head.headers)
    assert events


@pytest.mark.parametrize(
    ("form", "waits"),
    [
        ("milliseconds", {"retry-after-ms": "1500"}),
        ("fractional", {"retry-after": "1.500"}),
        ("invalid", {"retry-after": "soon"}),
        ("seconds", {"retry-after": "2", "retry-after-ms": "1500"}),
    ],
)
def test_a_wait_has_the_form_that_was_asked_for(form: RetryForm, waits: dict[str, str]) -> None:
    failure = Failure(FailureKind.RATE_LIMIT_REQUESTS, retry_after=1.5, retry_form=form)

    headers = dict(Voice(chat(), NOW).failure(failure).headers)

    assert {name: value for name, value in headers.items() if name.startswith("retry-after")} == waits


def test_a_date_is_counted_from_the_voices_clock() -> None:
    failure = Failure(FailureKind.OVERLOADED, retry_after=30, retry_form="date")

    date = dict(Voice(chat(), NOW).failure(failure).headers)["retry-after"]

    assert parsedate_to_datetime(date).timestamp() == NOW + 30


@pytest.mark.parametrize("form", ["milliseconds", "date", "fractional"])
def test_no_wait_in_any_form_is_no_header(form: RetryForm) -> None:
    headers = dict(Voice(chat(), NOW).failure(Failure(FailureKind.OVERLOADED, retry_form=form)).headers)

    assert not [name for name in headers if name.startswith("retry-after")]


def test_the_gateway_hears_what_the_client_accepts() -> None:
    assert Voice(chat(accept="application/json"), NOW).gateway(522, "auto", "ab").body.startswith(b"{")
    assert Voice(chat(), NOW).gateway(522, "auto", "ab").body.startswith(b"<!DOCTYPE html>")


@given(st.text() | st.text(" \t\n\x1c\x85\xa0\u3000ab"))
def test_tokens_are_counted_as_they_are_cut(text: str) -> None:
    assert count_of(text) == len(pieces_of(text))
