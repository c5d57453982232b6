"""Token counting: https://docs.claude.com/en/api/messages-count-tokens."""

from __future__ import annotations

from brownout.dialects.anthropic import common as anthropic
from brownout.exchange import Answer, Call, Reply


class AnthropicCountTokens(anthropic.AnthropicDialect):
    """``anthropic.count_tokens``: how long a message would be."""

    service = "anthropic.count_tokens"

    def answer(self, call: Call, answer: Answer) -> Reply:
        return anthropic.ok(call, answer, {"input_tokens": answer.input_tokens})
