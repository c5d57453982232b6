"""Perplexity's accent: https://docs.perplexity.ai/api-reference, and public reports of real answers.

What its front (openresty) refuses, a missing or wrong key, is a page of HTML.
"""

from __future__ import annotations

from typing import Any, ClassVar

from brownout.dialects.compatible.accent import LINES, REQUESTS, TOKENS, Accent, Line, Lines
from brownout.dialects.openai.error import Error
from brownout.exchange import Call, Failure, FailureKind, Reply

_MODEL = (
    "Invalid model '{model}'. Permitted models can be found in the documentation at "
    "https://docs.perplexity.ai/getting-started/models."
)
_LIMITED = Line(429, "Request rate limit exceeded, please try again later.", "rate_limit_exceeded")
_MODEL_GONE = Line(400, _MODEL, "invalid_model")
_UNAUTHORIZED = Line(401, "401 Authorization Required", "unauthorized")
_PAGE = (
    "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    "<hr><center>openresty/1.25.3.1</center>\r\n</body>\r\n</html>\r\n"
)


class Perplexity(Accent):
    """Errors are ``{"error": {"message", "type", "code"}}``; the code is the status."""

    lines: ClassVar[Lines] = {
        **LINES,
        FailureKind.AUTH_EXPIRED: _UNAUTHORIZED,
        FailureKind.AUTH_REVOKED: _UNAUTHORIZED,
        FailureKind.CONTENT_REFUSED: LINES[FailureKind.CONTENT_REFUSED]._replace(type="bad_request"),
        FailureKind.CONTEXT_TOO_LONG: LINES[FailureKind.CONTEXT_TOO_LONG]._replace(type="bad_request"),
        FailureKind.INVALID_REQUEST: Line(400, "The request body is no valid JSON object.", "bad_request"),
        FailureKind.MODEL_RETIRED: _MODEL_GONE,
        FailureKind.NOT_FOUND: _MODEL_GONE,
        FailureKind.OVERLOADED: Line(503, "Service temporarily unavailable", "service_unavailable"),
        FailureKind.QUOTA_EXHAUSTED: Line(
            401, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota"
        ),
        REQUESTS: _LIMITED,
        TOKENS: _LIMITED,
        FailureKind.SERVER_ERROR: Line(500, "Internal server error", "internal_server_error"),
        401: _UNAUTHORIZED,
        404: Line(404, "Not found", "not_found"),
    }
    models = ("sonar", "sonar-pro", "sonar-reasoning", "sonar-reasoning-pro", "sonar-deep-research")

    def body(self, call: Call, failure: Failure, error: Error) -> Any:
        return {"error": {"message": error.message, "type": error.type, "code": error.status}}

    def failure(self, call: Call, failure: Failure) -> Reply:
        """A page where the front says no, else JSON."""
        reply, error = super().failure(call, failure), self.error(call, failure)
        if error.type != _UNAUTHORIZED.type:
            return reply
        headers = (*self.headers(call, failure.id, "text/html"), ("www-authenticate", "Bearer"))
        return Reply(error.status, headers, _PAGE.format(title=error.message).encode("utf-8", "replace"))
