"""The accent of Azure OpenAI: https://learn.microsoft.com/azure/ai-foundry/openai/reference, and public reports."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qs

from brownout.dialects.compatible.accent import LINES, REQUESTS, TOKENS, Accent, Line, Lines
from brownout.dialects.headers import hexadecimal, uuid, whole
from brownout.dialects.openai.error import Error
from brownout.exchange import Answer, Call, Failure, FailureKind, Headers, Request

_LIMITED = (
    "Requests to the {operation} Operation under Azure OpenAI API version {version} have exceeded {which} rate limit "
    "of your current OpenAI S0 pricing tier. Please retry after {seconds} seconds. Please go here: "
    "https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit."
)
_BAD_KEY = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
    "active subscription and use a correct regional API endpoint for your resource."
)
_NO_TOKEN = "Unauthorized. Access token is missing, invalid, audience is incorrect or have expired."
_NO_DEPLOYMENT = (
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, "
    "please wait a moment and try again."
)
_FILTERED = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify "
    "your prompt and retry. To learn more about our content filtering policies please read our documentation: "
    "https://go.microsoft.com/fwlink/?linkid=2198766"
)
_UNAVAILABLE = "The service is temporarily unable to process your request. Please try again later."
_OPERATIONS = {
    "audio": "Audio_Transcriptions_Create",
    "chat": "ChatCompletions_Create",
    "completions": "Completions_Create",
    "embeddings": "Embeddings_Create",
    "images": "ImageGenerations_Create",
    "responses": "Responses_Create",
}
_DEPLOYMENT = re.compile(r"/openai/deployments/([^/]+)/")
_REGION = "East US"
_NO_VERSION = "2024-10-21"


def severities(*high: str) -> dict[str, Any]:
    """The content filter's opinion; of those named, a bad one."""
    return {
        name: {"filtered": name in high, "severity": "high" if name in high else "safe"}
        for name in ("hate", "self_harm", "sexual", "violence")
    }


def _coded(status: int, code: str, text: str) -> Line:
    return Line(status, text, code=code)


class Azure(Accent):
    """Errors are ``{"error": {"code", "message"}}``, the code often a status; a deployment is a model."""

    lines: ClassVar[Lines] = {
        **{kind: line._replace(code=str(line.status)) for kind, line in LINES.items()},
        FailureKind.AUTH_EXPIRED: Line(401, _NO_TOKEN, "token"),
        FailureKind.AUTH_REVOKED: _coded(401, "401", _BAD_KEY),
        FailureKind.CONTENT_REFUSED: Line(400, _FILTERED, "filter", "content_filter", "prompt"),
        FailureKind.CONTEXT_TOO_LONG: LINES[FailureKind.CONTEXT_TOO_LONG],
        FailureKind.HISTORY_MISSING: LINES[FailureKind.HISTORY_MISSING]._replace(code=None),
        FailureKind.INVALID_REQUEST: _coded(400, "BadRequest", "The request body is no valid JSON object."),
        FailureKind.MODEL_RETIRED: _coded(404, "DeploymentNotFound", _NO_DEPLOYMENT),
        FailureKind.NOT_FOUND: _coded(404, "DeploymentNotFound", _NO_DEPLOYMENT),
        FailureKind.OVERLOADED: _coded(503, "ServiceUnavailable", _UNAVAILABLE),
        FailureKind.PERMISSION_DENIED: _coded(
            401, "PermissionDenied", "Principal does not have access to API/Operation."
        ),
        FailureKind.QUOTA_EXHAUSTED: _coded(
            403, "403", "Out of call volume quota. Quota will be replenished in 12.04:32:11."
        ),
        REQUESTS: _coded(429, "429", _LIMITED.replace("{which}", "call")),
        TOKENS: _coded(429, "429", _LIMITED.replace("{which}", "token")),
        FailureKind.REGION_BLOCKED: _coded(403, "403", "Access denied due to Virtual Network/Firewall rules."),
        FailureKind.SERVER_ERROR: _coded(500, "InternalServerError", "Internal server error"),
        FailureKind.TIMEOUT: _coded(408, "Timeout", "The operation was timeout."),
        401: _coded(401, "401", _BAD_KEY),
        404: _coded(404, "404", "Resource not found"),
    }
    models = ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "text-embedding-3-small")

    def headers(self, call: Call, id: str, content_type: str = "application/json") -> Headers:
        """Those of the API management in front, and of the model's own service."""
        return (
            ("content-type", content_type),
            ("apim-request-id", uuid("apim", id)),
            ("azureml-model-session", f"d{hexadecimal('session', id, 8)}-{hexadecimal('machine', id, 12)}"),
            ("x-ms-region", _REGION),
            ("x-ms-client-request-id", uuid("client", id)),
            ("x-request-id", uuid("request", id)),
            ("x-content-type-options", "nosniff"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        )

    def model(self, request: Request) -> str | None:
        """The deployment that the path names."""
        match = _DEPLOYMENT.match(request.path)
        return match[1] if match else None

    def allowance(self, call: Call, answer: Answer) -> Headers:
        """What is left of requests and tokens."""
        left = max(0, 30_000 - answer.input_tokens - answer.output_tokens)
        return (("x-ratelimit-remaining-requests", "299"), ("x-ratelimit-remaining-tokens", str(left)))

    def line(self, call: Call, failure: Failure) -> Line:
        """The error with the operation and the API version that a rate limit names."""
        line = super().line(call, failure)
        version = parse_qs(call.request.query).get("api-version", [_NO_VERSION])[0]
        operation = _OPERATIONS.get(call.part, "Requests")
        quoted = version.replace("{", "").replace("}", "")
        return line._replace(text=line.text.replace("{operation}", operation).replace("{version}", quoted))

    def stream_error(self, call: Call, failure: Failure) -> Error:
        """Inside a stream the model's own service speaks, as OpenAI's does."""
        line, error = LINES[failure.kind], self.error(call, failure)
        return replace(error, type=line.type, code=failure.code or line.code)

    def error_headers(self, failure: Failure, error: Error) -> Headers:
        """What is left of the allowance, and the wait in seconds and in milliseconds."""
        headers: list[tuple[str, str]] = []
        unit = {REQUESTS: "requests", TOKENS: "tokens"}.get(failure.kind)
        if unit and failure.remaining is not None:
            headers.append((f"x-ratelimit-remaining-{unit}", str(failure.remaining)))
        if failure.reset is not None and unit:
            headers.append((f"x-ratelimit-reset-{unit}", whole(failure.reset)))
        if failure.retry_after is not None:
            headers.append(("retry-after", whole(failure.retry_after)))
            headers.append(("retry-after-ms", whole(failure.retry_after * 1000)))
        return tuple(headers)

    def body(self, call: Call, failure: Failure, error: Error) -> Any:
        """Code and text; more where the content filter, or the model's own service, is who refuses."""
        if error.type == "token":
            return {"statusCode": error.status, "message": error.message}
        if error.type == "filter":
            inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": severities("violence")}
            fields = {"message": error.message, "type": None, "param": error.param, "code": error.code}
            return {"error": {**fields, "status": error.status, "innererror": inner}}
        if failure.kind in (FailureKind.CONTEXT_TOO_LONG, FailureKind.HISTORY_MISSING):
            return {"error": error.body}
        return {"error": {"code": error.code, "message": error.message}}
