"""Token counting: https://ai.google.dev/api/tokens."""

from __future__ import annotations

from brownout.dialects.gemini import common as gemini
from brownout.exchange import Answer, Call, Reply, Request


class GeminiCountTokens(gemini.GeminiDialect):
    """``gemini.count_tokens``: how long a prompt would be, given bare or as a whole request."""

    service = "gemini.count_tokens"

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises."""
        whole = gemini.given(request.json, "generateContentRequest")
        body = whole if isinstance(whole, dict) else request.json
        return gemini.read(self.service, request, gemini.turns(body))

    def answer(self, call: Call, answer: Answer) -> Reply:
        details = [{"modality": "TEXT", "tokenCount": answer.input_tokens}]
        return gemini.ok(answer, {"totalTokens": answer.input_tokens, "promptTokensDetails": details})
