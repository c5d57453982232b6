"""Which calls are answered in words."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from brownout.dialects import DIALECTS
from brownout.exchange import Call, Request, Turn
from brownout.faults.making import one_event, retyped, talks


@pytest.mark.parametrize("service", ["openai.chat", "openai.responses", "anthropic.messages"])
def test_what_is_said_to_a_model_is_answered_in_words(call_for: Callable[..., Call], service: str) -> None:
    assert talks(call_for(service))


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("openai.responses", "GET", "/v1/responses/resp_1"),
        ("openai.responses", "POST", "/v1/responses/input_tokens"),
        ("anthropic.messages", "POST", "/v1/messages/count_tokens"),
        ("openai.conversations", "POST", "/v1/conversations"),
        ("openai.embeddings", "POST", "/v1/embeddings"),
    ],
)
def test_what_is_answered_otherwise_is_no_talk(
    call_for: Callable[..., Call], service: str, method: str, path: str
) -> None:
    assert not talks(call_for(service, method=method, path=path))


TALKERS = sorted(name for name, dialect in DIALECTS.items() if dialect.pace == "tokens")


@pytest.mark.parametrize("name", TALKERS)
def test_every_service_that_answers_a_token_at_a_time_talks(name: str) -> None:
    assert talks(Call(name, Request("POST", "h", "/"), turns=(Turn("user", "Hello"),)))


def test_an_event_has_the_framing_that_is_promised() -> None:
    value = {"a": "ü"}

    assert one_event((("Content-Type", "text/event-stream; charset=utf-8"),), value) == 'data: {"a": "ü"}\n\n'.encode()
    assert one_event((("content-type", "application/x-ndjson"),), value) == '{"a": "ü"}\n'.encode()
    assert json.loads(one_event((), value)) == value


def test_another_type_takes_the_place_of_the_old_and_the_length_goes() -> None:
    headers = (("Content-Type", "a/b"), ("Content-Length", "3"), ("x", "1"))

    assert retyped(headers, "c/d") == (("content-type", "c/d"), ("x", "1"))
