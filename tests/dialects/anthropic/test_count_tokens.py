"""Token counting."""

from __future__ import annotations

import json

from brownout.dialects.anthropic.count_tokens import AnthropicCountTokens
from brownout.exchange import Answer, Request


def test_it_answers_with_the_number_of_input_tokens() -> None:
    body = json.dumps({"model": "claude-x", "messages": [{"role": "user", "content": "one two"}]}).encode()
    dialect = AnthropicCountTokens()
    call = dialect.read(Request("POST", "api.anthropic.com", "/v1/messages/count_tokens", body=body))

    reply = dialect.answer(call, Answer("ab" * 16, 1_763_000_000, (), 2))

    assert call.text == "one two"
    assert json.loads(reply.body) == {"input_tokens": 2}


def test_it_never_streams() -> None:
    request = Request("POST", "api.anthropic.com", "/v1/messages/count_tokens", body=b'{"stream": true}')

    assert AnthropicCountTokens().read(request).stream is False
