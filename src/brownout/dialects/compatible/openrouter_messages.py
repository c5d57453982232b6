"""Anthropic's messages, as OpenRouter takes them: https://openrouter.ai/docs/api-reference/anthropic-messages."""

from __future__ import annotations

from typing import Any

from brownout.dialects.anthropic.messages import AnthropicMessages
from brownout.dialects.compatible.openrouter import OpenRouter
from brownout.dialects.encoding import JSON, SSE, dump, event
from brownout.dialects.openai.error import Error
from brownout.dialects.sent import Sent
from brownout.exchange import Answer, Call, Failure, Headers, Reply

_ACCENT = OpenRouter()
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
}


def _headers(call: Call, answer: Answer, content_type: str) -> Headers:
    return (*_ACCENT.headers(call, answer.id, content_type), *_ACCENT.allowance(call, answer))


def _body(error: Error) -> dict[str, Any]:
    kind = _TYPES.get(error.status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": error.message}}


class OpenRouterMessages(AnthropicMessages):
    """``openrouter.messages``: Anthropic's grammar with OpenRouter's headers and texts."""

    service = "openrouter.messages"

    def answer(self, call: Call, answer: Answer) -> Reply:
        return Reply(200, _headers(call, answer, JSON), super().answer(call, answer).body)

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return Reply(200, _headers(call, answer, SSE))

    def failure(self, call: Call, failure: Failure) -> Reply:
        """OpenRouter's error in the form that Anthropic's clients read."""
        error = _ACCENT.error(call, failure)
        headers = (*_ACCENT.headers(call, failure.id), *_ACCENT.error_headers(failure, error))
        return Reply(error.status, headers, dump(_body(error)))

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        return event(_body(_ACCENT.error(call, failure)), "error")
