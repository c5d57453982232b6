"""xAI's accent: https://docs.x.ai/docs/key-information/debugging, and public reports of real answers.

Its errors are flat: ``code`` is the standard text of a gRPC status, ``error`` the message.
"""

from __future__ import annotations

from typing import Any, ClassVar

from brownout.dialects.compatible.accent import LINES, REQUESTS, TOKENS, Accent, Line, Lines
from brownout.dialects.openai.error import Error
from brownout.exchange import Call, Failure, FailureKind

_ARGUMENT = "Client specified an invalid argument"
_FORBIDDEN = "The caller does not have permission to execute the specified operation"
_NO_ENTITY = "Some requested entity was not found"
_USED_UP = "Some resource has been exhausted"
_BAD_KEY = "Incorrect API key provided. You can obtain an API key from https://console.x.ai."
_NO_KEY = (
    "No API key provided. Specify your API key in an Authorization header using Bearer auth (i.e., Authorization: "
    "Bearer YOUR_KEY). You can obtain an API key from https://console.x.ai."
)
_MODEL = "The model {model} does not exist or your team does not have access to it."
_LIMITED = "Too many requests for your team and the model {model}. Your team's rate limit is {limit} {unit}."
_TOO_LONG = "This model's maximum prompt length is {window} but the request contains {sent} tokens."
_MONEY = (
    "Your team has either used all available credits or reached its monthly spending limit. To continue making API "
    "requests, please purchase more credits or raise your spending limit."
)


def _line(status: int, text: str, code: str) -> Line:
    return Line(status, text, code=code)


class XAI(Accent):
    """Errors are ``{"code": "...", "error": "..."}``; a wrong API key gets 400."""

    lines: ClassVar[Lines] = {
        **{kind: line._replace(code=_ARGUMENT) for kind, line in LINES.items()},
        FailureKind.AUTH_EXPIRED: _line(400, _BAD_KEY, _ARGUMENT),
        FailureKind.AUTH_REVOKED: _line(400, _BAD_KEY, _ARGUMENT),
        FailureKind.CONFLICT: LINES[FailureKind.CONFLICT]._replace(code="The operation was aborted"),
        FailureKind.CONTENT_REFUSED: _line(403, "Content violates usage guidelines.", _FORBIDDEN),
        FailureKind.CONTEXT_TOO_LONG: _line(400, _TOO_LONG, _ARGUMENT),
        FailureKind.HISTORY_MISSING: LINES[FailureKind.HISTORY_MISSING]._replace(code=_NO_ENTITY),
        FailureKind.MODEL_RETIRED: _line(404, _MODEL, _NO_ENTITY),
        FailureKind.NOT_FOUND: _line(404, _MODEL, _NO_ENTITY),
        FailureKind.OVERLOADED: _line(
            503, "The model is at capacity. Please try again later.", "The service is currently unavailable"
        ),
        FailureKind.PERMISSION_DENIED: LINES[FailureKind.PERMISSION_DENIED]._replace(code=_FORBIDDEN),
        FailureKind.QUOTA_EXHAUSTED: _line(429, _MONEY, _USED_UP),
        REQUESTS: _line(429, _LIMITED, _USED_UP),
        TOKENS: _line(429, _LIMITED, _USED_UP),
        FailureKind.REGION_BLOCKED: LINES[FailureKind.REGION_BLOCKED]._replace(code=_FORBIDDEN),
        FailureKind.SERVER_ERROR: _line(500, "Internal error", "Internal error"),
        FailureKind.TIMEOUT: _line(504, "The request timed out.", "Deadline expired before operation could complete"),
        401: _line(401, _NO_KEY, "The request does not have valid authentication credentials"),
        404: _line(404, "Not found: {method} {path}", _NO_ENTITY),
    }
    models = ("grok-4", "grok-4-fast", "grok-3", "grok-3-mini", "grok-code-fast-1")

    def body(self, call: Call, failure: Failure, error: Error) -> Any:
        return {"code": error.code, "error": error.message}
