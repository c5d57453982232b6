"""Counting tokens, of bare contents and of a whole request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.dialects.gemini.count_tokens import GeminiCountTokens
from brownout.exchange import Answer, Request

CONTENTS = {"contents": [{"parts": [{"text": "one two"}]}]}


@pytest.mark.parametrize("body", [CONTENTS, {"generateContentRequest": CONTENTS}])
def test_a_prompt_is_counted(body: dict[str, Any]) -> None:
    dialect = GeminiCountTokens()
    path = "/v1beta/models/gemini-2.5-flash:countTokens"
    call = dialect.read(Request("POST", "host", path, body=json.dumps(body).encode()))

    assert call.text == "one two"
    reply = dialect.answer(call, Answer("ab" * 16, 0, (), 2))
    assert json.loads(reply.body)["totalTokens"] == 2
