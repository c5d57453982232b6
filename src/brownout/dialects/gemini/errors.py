"""Errors of Gemini and Vertex AI: code, status, text and details of each kind of failure. Pure.

Codes: https://ai.google.dev/gemini-api/docs/troubleshooting; form: https://google.aip.dev/193; texts from public
reports of real answers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from brownout.dialects import waits
from brownout.dialects.gemini import texts
from brownout.dialects.headers import hexadecimal
from brownout.exchange import Call, Failure, FailureKind, Reply

_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "RESOURCE_EXHAUSTED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_BY_STATUS = {503: FailureKind.OVERLOADED, 504: FailureKind.TIMEOUT}
_FILE = re.compile(r"/v1(?:alpha|beta)?/files/([^/:]+)")
_FILE_URI = re.compile(rb'"file_?[uU]ri"\s*:\s*"[^"]*/v1(?:alpha|beta)?/files/([A-Za-z0-9_-]+)"')
_PROJECT = re.compile(r"/projects/([^/]+)/locations/([^/]+)/")
_WINDOW = 1_048_576
"""Tokens that most models take: https://ai.google.dev/gemini-api/docs/models."""
_QUOTAS = {  # metric, quota id and value of the free tier
    (FailureKind.RATE_LIMIT_REQUESTS, "minute"): (
        "generate_content_free_tier_requests",
        "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
        10,
    ),
    (FailureKind.RATE_LIMIT_REQUESTS, "day"): (
        "generate_content_free_tier_requests",
        "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
        250,
    ),
    (FailureKind.RATE_LIMIT_TOKENS, "minute"): (
        "generate_content_free_tier_input_token_count",
        "GenerateContentInputTokensPerModelPerMinute-FreeTier",
        250_000,
    ),
    (FailureKind.RATE_LIMIT_TOKENS, "day"): (
        "generate_content_free_tier_input_token_count",
        "GenerateContentInputTokensPerModelPerDay-FreeTier",
        1_000_000,
    ),
}


@dataclass(frozen=True)
class Error:
    """One error before it becomes bytes. ``code`` is the HTTP status as well."""

    code: int
    message: str
    status: str = ""
    details: list[dict[str, Any]] = field(default_factory=list)

    @property
    def body(self) -> dict[str, Any]:
        """The object under ``error`` in the answer's JSON."""
        status = self.status or _STATUSES.get(self.code, "UNKNOWN" if self.code >= 500 else "FAILED_PRECONDITION")
        error = {"code": self.code, "message": self.message, "status": status}
        return {**error, "details": self.details} if self.details else error


def files_named(call: Call) -> list[str]:
    """The uploaded files that a body refers to."""
    return [id.decode() for id in _FILE_URI.findall(call.request.body)]


def _version(call: Call) -> str:
    return call.request.path.removeprefix("/upload").strip("/").partition("/")[0]


def _method(call: Call) -> str:
    return call.request.path.rpartition(":")[2] if ":" in call.request.path else "GetModel"


def _resource(call: Call) -> str:
    """The model as a text quotes it."""
    model = call.model or "unknown"
    if call.provider != "vertex":
        return f"models/{model}"
    match = _PROJECT.search(call.request.path)
    project, location = match.groups() if match else ("-", "global")
    return f"projects/{project}/locations/{location}/publishers/google/models/{model}"


def _info(call: Call, reason: str) -> dict[str, Any]:
    vertex = call.provider == "vertex"
    named = "aiplatform.googleapis.com" if vertex else "generativelanguage.googleapis.com"
    service = {"service": named}
    return {"@type": texts.ERROR_INFO, "reason": reason, "domain": "googleapis.com", "metadata": service}


def _bad_key(call: Call, message: str, token_reason: str) -> Error:
    if call.provider == "vertex":
        return Error(401, texts.BAD_TOKEN, details=[_info(call, token_reason)])
    localized = {"@type": texts.LOCALIZED, "locale": "en-US", "message": message}
    return Error(400, message, details=[_info(call, "API_KEY_INVALID"), localized])


def _expired(call: Call, failure: Failure) -> Error:
    return _bad_key(call, texts.EXPIRED_KEY, "ACCESS_TOKEN_EXPIRED")


def _revoked(call: Call, failure: Failure) -> Error:
    return _bad_key(call, texts.BAD_KEY, "ACCOUNT_STATE_INVALID")


def _suspended(call: Call, failure: Failure) -> Error:
    """The key is quoted as the platform quotes it, but never the caller's own: an answer may end in a log."""
    project = f"projects/{int(hexadecimal('project', failure.id, 10), 16)}"
    quoted = project if call.provider == "vertex" else "api_key:AIza"
    info = _info(call, "CONSUMER_SUSPENDED")
    info["metadata"]["consumer"] = project
    return Error(403, texts.SUSPENDED.format(consumer=quoted), details=[info])


def _too_long(call: Call, failure: Failure) -> Error:
    limit = _WINDOW if failure.limit is None else failure.limit
    return Error(400, texts.TOO_LONG.format(count=limit + limit // 7 + 1, limit=limit))


def _file_missing(call: Call, failure: Failure) -> Error:
    if call.provider == "vertex":
        return Error(404, texts.NO_ENTITY)
    match = _FILE.search(call.request.path)
    named = [unquote(match[1])] if match else files_named(call)
    file = named[0] if named else hexadecimal("file", failure.id, 12)
    return Error(403, texts.NO_FILE.format(file=file))


def _not_found(call: Call, failure: Failure) -> Error:
    part = call.part
    if part == "files":
        return _file_missing(call, failure)
    if part == "other" or call.model is None:
        return Error(404, texts.NO_ENTITY)
    if call.provider == "vertex":
        return Error(404, texts.NO_PUBLISHER_MODEL.format(model=_resource(call)))
    text = texts.NO_SUCH_MODEL if part == "models" else texts.NO_MODEL
    return Error(404, text.format(model=_resource(call), version=_version(call), method=_method(call)))


def _retired(call: Call, failure: Failure) -> Error:
    if call.provider == "vertex" or call.model is None:
        return _not_found(call, failure)
    return Error(404, texts.RETIRED.format(model=_resource(call)))


def _invalid(call: Call, failure: Failure) -> Error:
    if failure.status == 401:
        return Error(401, texts.NO_TOKEN, details=[_info(call, "CREDENTIALS_MISSING")])
    return Error(400, texts.INVALID)


def _denied(call: Call, failure: Failure) -> Error:
    if call.provider != "vertex":
        return Error(403, texts.DENIED)
    resource = f"//aiplatform.googleapis.com/{_resource(call)}"
    info = _info(call, "IAM_PERMISSION_DENIED")
    info |= {"domain": "aiplatform.googleapis.com"}
    info["metadata"] = {"permission": "aiplatform.endpoints.predict", "resource": resource.removeprefix("//")}
    return Error(403, texts.VERTEX_DENIED.format(resource=resource), details=[info])


def _delay(id: str, wait: float) -> str:
    """A wait as ``RetryInfo`` has it: cut down to the second, or with a fraction; never longer than the text says.

    Of 58.93 seconds it is ``58s`` in one answer and ``58.9s`` in another.
    """
    digits = 3 if wait < 1 else int(hexadecimal("delay", id, 1), 16) % 2
    cut = math.floor(round(wait * 10**digits, 6)) / 10**digits
    return f"{cut:.{digits}f}".rstrip("0").rstrip(".") + "s" if digits else f"{cut:.0f}s"


def retry_delay(reply: Reply) -> float | None:
    """Seconds that the ``RetryInfo`` of an answer's error names: https://google.aip.dev/194."""
    details = (detail for error in waits.errors_in(reply) for detail in _listed(error.get("details")))
    delays = (waits.duration(detail.get("retryDelay")) for detail in details)
    return next((delay for delay in delays if delay is not None), None)


def _listed(details: object) -> list[dict[str, Any]]:
    return [detail for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []


def _limited(call: Call, failure: Failure) -> Error:
    """The text names quota and wait; the same again in details, which the official clients hand on and do not obey."""
    if call.provider == "vertex":
        return Error(429, texts.VERTEX_EXHAUSTED)
    per = "day" if failure.per == "day" else "minute"
    metric, quota, usual = _QUOTAS[failure.kind, per]
    limit, model = usual if failure.limit is None else failure.limit, call.model or "gemini-2.5-flash"
    metric = f"generativelanguage.googleapis.com/{metric}"
    message = texts.EXHAUSTED.format(metric=metric, limit=limit, model=model)
    violation = {
        "quotaMetric": metric,
        "quotaId": quota,
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": str(limit),
    }
    link = {"description": "Learn more about Gemini API quotas", "url": texts.QUOTA_PAGE}
    details: list[dict[str, Any]] = [
        {"@type": texts.HELP, "links": [link]},
        {"@type": texts.QUOTA_FAILURE, "violations": [violation]},
    ]
    if failure.retry_after is not None:
        message += f"\nPlease retry in {f'{failure.retry_after:.9f}'.rstrip('0').rstrip('.')}s."
        details.append({"@type": texts.RETRY_INFO, "retryDelay": _delay(failure.id, failure.retry_after)})
    return Error(429, message, details=details)


def _broken(call: Call, failure: Failure) -> Error:
    return Error(500, texts.VERTEX_INTERNAL if call.provider == "vertex" else texts.INTERNAL)


def _exhausted(call: Call, failure: Failure) -> Error:
    return Error(429, texts.VERTEX_EXHAUSTED) if call.provider == "vertex" else Error(402, texts.NO_CREDIT)


def _plain(code: int, message: str, status: str = "") -> Callable[[Call, Failure], Error]:
    return lambda call, failure: Error(code, message, status)


_BY_KIND: dict[FailureKind, Callable[[Call, Failure], Error]] = {
    FailureKind.ACCOUNT_FLAGGED: _suspended,
    FailureKind.AUTH_EXPIRED: _expired,
    FailureKind.AUTH_REVOKED: _revoked,
    FailureKind.CONFLICT: _plain(409, texts.ABORTED),
    FailureKind.CONTENT_REFUSED: _plain(400, texts.INVALID),
    FailureKind.CONTEXT_TOO_LONG: _too_long,
    FailureKind.HISTORY_MISSING: _file_missing,
    FailureKind.INVALID_REQUEST: _invalid,
    FailureKind.MODEL_RETIRED: _retired,
    FailureKind.NOT_FOUND: _not_found,
    FailureKind.OVERLOADED: _plain(503, texts.OVERLOADED),
    FailureKind.PERMISSION_DENIED: _denied,
    FailureKind.PREFILL_REFUSED: _plain(400, texts.PREFILL),
    FailureKind.QUOTA_EXHAUSTED: _exhausted,
    FailureKind.RATE_LIMIT_REQUESTS: _limited,
    FailureKind.RATE_LIMIT_TOKENS: _limited,
    FailureKind.REGION_BLOCKED: _plain(400, texts.REGION, "FAILED_PRECONDITION"),
    FailureKind.SERVER_ERROR: _broken,
    FailureKind.TIMEOUT: _plain(504, texts.DEADLINE),
    FailureKind.TOO_LARGE: _plain(400, texts.TOO_LARGE),
}


def error_of(call: Call, failure: Failure) -> Error:
    """Google's error for a failure; a status that is set keeps the kind's text unless it has one of its own."""
    plain = failure.kind is FailureKind.SERVER_ERROR
    kind = _BY_STATUS.get(failure.status or 0, failure.kind) if plain else failure.kind
    made = _BY_KIND[kind](call, failure)
    code = failure.status or made.code
    message = made.message if failure.message is None else failure.message
    return Error(code, message, made.status if code == made.code else "", made.details)
