"""OpenRouter's accent: https://openrouter.ai/docs/api-reference/errors, and public reports of real answers."""

from __future__ import annotations

from typing import Any, ClassVar

from brownout.dialects.compatible.accent import LINES, REQUESTS, TOKENS, Accent, Line, Lines
from brownout.dialects.headers import base58
from brownout.dialects.openai.error import Error
from brownout.exchange import Answer, Call, Failure, FailureKind, Headers

UPSTREAM = "Chutes"
"""The provider behind OpenRouter that is taken to have answered."""
_CREDITS = "Insufficient credits. Add more using https://openrouter.ai/settings/credits"
_PER_DAY = "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day"
_UPSTREAM_FAILED = Line(502, "Provider returned error")
_RAW = {
    REQUESTS: "{model} is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate "
    "your rate limits: https://openrouter.ai/settings/integrations",
    FailureKind.SERVER_ERROR: "Internal Server Error",
    FailureKind.PREFILL_REFUSED: '{{"type":"error","error":{{"type":"invalid_request_error","message":"This model '
    'does not support assistant message prefill. The conversation must end with a user message."}}}}',
}
_RAW[TOKENS] = _RAW[REQUESTS]
_FLAGGED = 60
"""Characters of a refused prompt that are quoted."""


def user_id(call: Call) -> str:
    """The id of whoever the key belongs to."""
    return f"user_2{base58('user', call.api_key or '', 26)}"


class OpenRouter(Accent):
    """Errors are ``{"error": {"code": 429, "message", "metadata"}, "user_id"}``: the code is the status."""

    lines: ClassVar[Lines] = {
        **LINES,
        FailureKind.AUTH_EXPIRED: Line(401, "API key has expired."),
        FailureKind.AUTH_REVOKED: Line(401, "User not found."),
        FailureKind.CONTENT_REFUSED: Line(
            403, "{model} requires moderation on " + UPSTREAM + '. Your input was flagged for "violence".'
        ),
        FailureKind.CONTEXT_TOO_LONG: Line(
            400,
            "This endpoint's maximum context length is {window} tokens. However, you requested about {sent} tokens "
            '({sent} of text input). Please reduce the length of either one, or use the "middle-out" transform to '
            "compress your prompt automatically.",
        ),
        FailureKind.MODEL_RETIRED: Line(404, "No endpoints found for {model}."),
        FailureKind.NOT_FOUND: Line(400, "{model} is not a valid model ID"),
        FailureKind.OVERLOADED: Line(503, "No instances available. Please try again later."),
        FailureKind.PERMISSION_DENIED: Line(
            404,
            "No endpoints available matching your guardrail restrictions and data policy. Configure: "
            "https://openrouter.ai/settings/privacy",
        ),
        FailureKind.PREFILL_REFUSED: Line(400, "Provider returned error"),
        FailureKind.QUOTA_EXHAUSTED: Line(402, _CREDITS),
        REQUESTS: Line(429, "Provider returned error"),
        TOKENS: Line(429, "Provider returned error"),
        FailureKind.SERVER_ERROR: _UPSTREAM_FAILED,
        FailureKind.TIMEOUT: Line(408, "The request timed out."),
        401: Line(401, "No auth credentials found"),
        404: Line(404, "Not Found"),
    }
    models = ("openai/gpt-4o-mini", "anthropic/claude-sonnet-4.5", "deepseek/deepseek-chat", "openrouter/auto")

    def headers(self, call: Call, id: str, content_type: str = "application/json") -> Headers:
        """The headers with a generation's id where a model was asked, and without a request id."""
        common = tuple(header for header in super().headers(call, id, content_type) if header[0] != "x-request-id")
        return (*common, ("access-control-allow-origin", "*"))

    def allowance(self, call: Call, answer: Answer) -> Headers:
        """No quota: the id by which the generation can be looked up."""
        return (("x-generation-id", generation_id(answer)),)

    def line(self, call: Call, failure: Failure) -> Line:
        """Of the day's allowance, which is that of models that cost nothing, OpenRouter says so itself."""
        if failure.kind in (REQUESTS, TOKENS) and failure.per == "day":
            return Line(429, _PER_DAY)
        return super().line(call, failure)

    def metadata(self, call: Call, failure: Failure) -> dict[str, Any]:
        """What the provider behind OpenRouter said, or why the prompt was refused."""
        if failure.kind is FailureKind.CONTENT_REFUSED:
            flagged = {"reasons": ["violence"], "flagged_input": call.text[:_FLAGGED]}
            return {**flagged, "provider_name": UPSTREAM, "model_slug": call.model}
        if failure.kind is FailureKind.OVERLOADED:
            return {"error_type": "provider_overloaded", "provider_name": UPSTREAM}
        raw = None if failure.per == "day" else _RAW.get(failure.kind)
        return {"raw": raw.format(model=call.model), "provider_name": UPSTREAM} if raw else {}

    def body(self, call: Call, failure: Failure, error: Error) -> Any:
        """The status again, the text, and what lies behind it."""
        metadata = self.metadata(call, failure)
        # A model that fails after it began leaves the status at 200, and the body alone says so.
        code = self.line(call, failure).status if error.status < 400 else error.status
        shown = {"message": error.message, "code": code, **({"metadata": metadata} if metadata else {})}
        return {"error": shown, "user_id": user_id(call)}


def generation_id(answer: Answer) -> str:
    """An answer's id: ``gen-`` with its Unix time and noise."""
    return f"gen-{answer.created}-{base58('generation', answer.id, 20)}"
