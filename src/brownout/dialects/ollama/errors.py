"""Ollama's errors: status and text of each kind of failure. Pure.

https://docs.ollama.com/api/errors; texts from https://github.com/ollama/ollama (server/, llm/), and for ollama.com from
public reports of real answers.
"""

from __future__ import annotations

from brownout.dialects.error_table import Error, ErrorTable, as_asked
from brownout.exchange import Call, Failure, FailureKind

_BUSY = "server busy, please try again.  maximum pending requests exceeded"
_CRASHED = "llama runner process has terminated: exit status 2"
_NO_MODEL = "model '{model}' not found"
_SLOW = "timed out waiting for llama runner to start - progress 0.00 - "
_USED_UP = "you've reached your hourly usage limit, please wait or upgrade to continue"
_SUBSCRIBE = "this model requires a subscription, upgrade for access: https://ollama.com/upgrade"


_KINDS = {
    FailureKind.ACCOUNT_FLAGGED: Error(403, "forbidden"),
    FailureKind.AUTH_EXPIRED: Error(401, "unauthorized"),
    FailureKind.AUTH_REVOKED: Error(401, "unauthorized"),
    FailureKind.CONFLICT: Error(500, "unexpected server status: llm server loading model"),
    FailureKind.CONTENT_REFUSED: Error(400, "invalid request"),
    FailureKind.CONTEXT_TOO_LONG: Error(400, "the input length exceeds the context length"),
    FailureKind.HISTORY_MISSING: Error(404, "file does not exist"),
    FailureKind.INVALID_REQUEST: Error(400, "invalid character 'i' looking for beginning of value"),
    FailureKind.MODEL_RETIRED: Error(404, _NO_MODEL),
    FailureKind.NOT_FOUND: Error(404, _NO_MODEL),
    FailureKind.OVERLOADED: Error(503, _BUSY),
    FailureKind.PERMISSION_DENIED: Error(403, _SUBSCRIBE),
    FailureKind.PREFILL_REFUSED: Error(400, "invalid request"),
    FailureKind.QUOTA_EXHAUSTED: Error(429, _USED_UP),
    FailureKind.RATE_LIMIT_REQUESTS: Error(429, "too many concurrent requests"),
    FailureKind.RATE_LIMIT_TOKENS: Error(429, _USED_UP),
    FailureKind.REGION_BLOCKED: Error(403, "forbidden"),
    FailureKind.SERVER_ERROR: Error(500, _CRASHED),
    FailureKind.TIMEOUT: Error(500, _SLOW),
    FailureKind.TOO_LARGE: Error(413, "http: request body too large"),
}
_STATUSES = {
    401: Error(401, "unauthorized"),
    403: Error(403, "forbidden"),
    405: Error(405, "405 method not allowed"),
    408: Error(408, _SLOW),
    413: Error(413, "http: request body too large"),
    429: Error(429, "too many concurrent requests"),
    502: Error(502, "upstream error"),
    503: Error(503, _BUSY),
    504: Error(504, _SLOW),
}
_ERRORS = ErrorTable(_KINDS, {FailureKind.INVALID_REQUEST: _STATUSES, FailureKind.SERVER_ERROR: _STATUSES})


def error_of(call: Call, failure: Failure) -> Error:
    """Ollama's status and text for a failure."""
    error = _ERRORS.of(failure)
    if error.message == _NO_MODEL:
        named = _NO_MODEL.format(model=call.model) if call.model else "404 page not found"
        error = Error(error.status, named)
    return as_asked(error, failure)
