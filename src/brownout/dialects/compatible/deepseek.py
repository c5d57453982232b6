"""DeepSeek's accent: https://api-docs.deepseek.com/quick_start/error_codes, and public reports of real answers."""

from __future__ import annotations

from typing import ClassVar

from brownout.dialects.compatible.accent import LINES, REQUESTS, TOKENS, Accent, Line, Lines
from brownout.dialects.headers import hexadecimal
from brownout.dialects.openai.error import INVALID_REQUEST
from brownout.exchange import Call, FailureKind, Headers

_KEY = "Authentication Fails, Your api key is invalid"
_NO_KEY = "Authentication Fails (auth header format should be Bearer sk-...): please check the header of the request"
_BUSY = "Service is too busy. We advise users to temporarily switch to alternative LLM API service providers."
_LIMITED = Line(429, "Rate limit reached. Please pace your requests.", "rate_limit_reached_error", INVALID_REQUEST)
_AUTHENTICATION = "authentication_error"


class DeepSeek(Accent):
    """Where OpenAI has a code, DeepSeek nearly always has ``invalid_request_error``; it quotes no quotas."""

    lines: ClassVar[Lines] = {
        **LINES,
        FailureKind.AUTH_EXPIRED: Line(401, _KEY, _AUTHENTICATION, INVALID_REQUEST),
        FailureKind.AUTH_REVOKED: Line(401, _KEY, _AUTHENTICATION, INVALID_REQUEST),
        FailureKind.CONTENT_REFUSED: Line(400, "Content Exists Risk", code=INVALID_REQUEST),
        FailureKind.CONTEXT_TOO_LONG: LINES[FailureKind.CONTEXT_TOO_LONG]._replace(code=INVALID_REQUEST, param=None),
        FailureKind.INVALID_REQUEST: Line(400, "Failed to parse the request body as JSON", code=INVALID_REQUEST),
        FailureKind.MODEL_RETIRED: Line(400, "Model Not Exist", code=INVALID_REQUEST),
        FailureKind.NOT_FOUND: Line(400, "Model Not Exist", code=INVALID_REQUEST),
        FailureKind.OVERLOADED: Line(503, _BUSY, "service_unavailable_error", "service_unavailable_error"),
        FailureKind.QUOTA_EXHAUSTED: Line(402, "Insufficient Balance", "unknown_error", INVALID_REQUEST),
        REQUESTS: _LIMITED,
        TOKENS: _LIMITED,
        FailureKind.SERVER_ERROR: Line(500, "Internal Server Error", "internal_error", "internal_error"),
        401: Line(401, _NO_KEY, _AUTHENTICATION, INVALID_REQUEST),
    }
    models = ("deepseek-chat", "deepseek-reasoner")

    def headers(self, call: Call, id: str, content_type: str = "application/json") -> Headers:
        """The headers with a trace id of DeepSeek's own."""
        common = [header for header in super().headers(call, id, content_type) if header[0] != "x-request-id"]
        return (*common, ("x-ds-trace-id", hexadecimal("trace", id, 32)))
