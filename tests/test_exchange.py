from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.exchange import Answer, Call, Request


def request(body: bytes) -> Request:
    return Request("POST", "api.openai.com", "/v1/chat/completions", body=body)


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=5))
def test_a_json_object_is_read(value: dict[str, int | str | None]) -> None:
    assert request(json.dumps(value).encode()).json == value
    assert request(b" \n" + json.dumps(value).encode()).json == value


@pytest.mark.parametrize("body", [b"", b"[1]", b'"text"', b"5", b"{", b"{]", b"\xff{}", b"model=x", b'{"a":' * 100_000])
def test_a_body_that_is_no_json_object_reads_as_empty(body: bytes) -> None:
    assert request(body).json == {}


@given(st.binary(max_size=100))
def test_no_body_raises(body: bytes) -> None:
    assert isinstance(request(body).json, dict)


def test_a_call_knows_its_provider_and_its_body() -> None:
    call = Call("openai.chat", request(b'{"model": "gpt-x"}'))
    assert call.provider == "openai"
    assert call.body == {"model": "gpt-x"}


def test_an_answer_counts_its_pieces_as_tokens() -> None:
    answer = Answer("1", 0, ("Hello", ",", " you"), input_tokens=3)
    assert answer.text == "Hello, you"
    assert answer.output_tokens == 3
