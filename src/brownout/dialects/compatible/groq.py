"""Groq's accent: https://console.groq.com/docs/errors and /docs/rate-limits, and public reports of real answers."""

from __future__ import annotations

from typing import ClassVar

from brownout.dialects.compatible.accent import LINES, REQUESTS, TOKENS, Accent, Line, Lines
from brownout.dialects.headers import base58
from brownout.dialects.openai import errors as openai_errors
from brownout.exchange import Answer, Call, FailureKind, Headers

_LIMITED = (
    "Rate limit reached for model `{model}` in organization `org_01hwfxvcjjec7aedtphfrna6zz` service tier `on_demand` "
    "on {unit}: Limit {limit}, Used {used}, Requested {requested}. Please try again in {wait}. Need more tokens? "
    "Upgrade to Dev Tier today at https://console.groq.com/settings/billing"
)
_GONE = (
    "The model `{model}` has been decommissioned and is no longer supported. Please refer to "
    "https://console.groq.com/docs/deprecations for a recommendation on which model to use instead."
)
_RESTRICTED = "Organization has been restricted. Please reach out to support if you believe this was in error."


class Groq(Accent):
    """Quota headers are OpenAI's, with requests counted by the day; a retired model is a bad request."""

    lines: ClassVar[Lines] = {
        **LINES,
        FailureKind.ACCOUNT_FLAGGED: Line(400, _RESTRICTED, code="organization_restricted"),
        FailureKind.MODEL_RETIRED: Line(400, _GONE, code="model_decommissioned"),
        FailureKind.SERVER_ERROR: Line(500, "Internal Server Error", "internal_server_error"),
        FailureKind.OVERLOADED: Line(503, "Service Unavailable", "internal_server_error", "service_unavailable"),
        REQUESTS: Line(429, _LIMITED, "requests", "rate_limit_exceeded"),
        TOKENS: Line(429, _LIMITED, "tokens", "rate_limit_exceeded"),
        404: Line(
            404,
            "Unknown request URL: {method} {path}. Please check the URL for typos, or see the docs at "
            "https://console.groq.com/docs/",
            code="unknown_url",
        ),
    }
    models = ("llama-3.3-70b-versatile", "llama-3.1-8b-instant", "openai/gpt-oss-120b", "openai/gpt-oss-20b")

    def headers(self, call: Call, id: str, content_type: str = "application/json") -> Headers:
        """The headers with the region that answered."""
        common = [header for header in super().headers(call, id, content_type) if header[0] != "x-request-id"]
        mark = f"req_01{base58('request', id, 24).lower()}"
        return (*common, ("x-groq-region", "fra"), ("x-request-id", mark))

    def allowance(self, call: Call, answer: Answer) -> Headers:
        """Requests a day, tokens a minute."""
        tokens = answer.input_tokens + answer.output_tokens
        return (
            ("x-ratelimit-limit-requests", "14400"),
            ("x-ratelimit-limit-tokens", "18000"),
            ("x-ratelimit-remaining-requests", "14370"),
            ("x-ratelimit-remaining-tokens", str(max(0, 18_000 - tokens))),
            ("x-ratelimit-reset-requests", "2m59.56s"),
            ("x-ratelimit-reset-tokens", openai_errors.go_duration(tokens / 18_000 * 60)),
        )
