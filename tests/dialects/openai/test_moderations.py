"""Verdicts as the SDK's own types read them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from openai.types import ModerationCreateResponse

from brownout.dialects.openai.moderations import OpenAIModerations
from brownout.exchange import Answer, Call, Request

MODERATIONS = OpenAIModerations()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("yes",), 8)


def ask(given: Any) -> Call:
    body = json.dumps({"input": given}).encode()
    return MODERATIONS.read(Request("POST", "api.openai.com", "/v1/moderations", body=body))


@pytest.mark.parametrize(
    ("given", "text", "verdicts"),
    [
        ("a", "a", 1),
        (["a", "b"], "a\nb", 2),
        ([{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "x"}}], "a", 1),
        ([], "", 0),
        (None, "", 1),
    ],
)
def test_each_text_has_a_verdict(given: Any, text: str, verdicts: int) -> None:
    call = ask(given)
    read = ModerationCreateResponse.model_validate_json(MODERATIONS.answer(call, ANSWER).body, strict=True)
    assert (call.text, len(read.results)) == (text, verdicts)
    assert not any(result.flagged for result in read.results)


def test_an_answer_that_is_filtered_is_flagged() -> None:
    reply = MODERATIONS.answer(ask("a"), replace(ANSWER, finish="content_filter"))
    (result,) = ModerationCreateResponse.model_validate_json(reply.body, strict=True).results
    assert result.flagged
    assert result.categories.violence
    assert not result.categories.hate


def test_an_answer_without_words_has_no_verdict() -> None:
    assert json.loads(MODERATIONS.answer(ask("a"), replace(ANSWER, pieces=())).body)["results"] == []
