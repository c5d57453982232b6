"""WhatsApp's errors: which code each kind of failure has, and the error's body. Pure.

The texts of the tokens and of objects that are not there are those of Meta's Graph API:
https://developers.facebook.com/docs/graph-api/guides/error-handling.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from brownout.dialects.headers import base58
from brownout.dialects.reading import string
from brownout.dialects.whatsapp.codes import CODES, Line
from brownout.exchange import Call, Failure, FailureKind, Headers, Reply

_K = FailureKind
_KINDS = {
    _K.ACCOUNT_FLAGGED: 131031,
    _K.AUTH_EXPIRED: 190,
    _K.AUTH_REVOKED: 190,
    _K.CONFLICT: 131057,
    _K.CONTENT_REFUSED: 368,
    _K.CONTEXT_TOO_LONG: 100,
    _K.HISTORY_MISSING: 131047,
    _K.INVALID_REQUEST: 100,
    _K.MODEL_RETIRED: 132001,
    _K.NOT_FOUND: 100,
    _K.OVERLOADED: 131016,
    _K.PERMISSION_DENIED: 10,
    _K.PREFILL_REFUSED: 100,
    _K.QUOTA_EXHAUSTED: 131042,
    _K.RATE_LIMIT_REQUESTS: 130429,
    _K.RATE_LIMIT_TOKENS: 80007,
    _K.REGION_BLOCKED: 130497,
    _K.SERVER_ERROR: 131000,
    _K.TIMEOUT: 2,
    _K.TOO_LARGE: 131053,
}
_USAGE = "x-business-use-case-usage"
_LIMITS = (4, 80007, 130429, 131048, 131056)
_EXPIRED, _REVOKED, _NO_OBJECT = 463, 460, 33
_CHANGED = (
    "Error validating access token: The session has been invalidated because the user changed their password or "
    "Facebook has changed the session for security reasons."
)
_MISSING = (
    "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, "
    "or does not support this operation. Please read the Graph API documentation at "
    "https://developers.facebook.com/docs/graph-api"
)
_NUMBER = re.compile(r"\d{1,7}")


class Error(NamedTuple):
    """One error before it becomes bytes."""

    status: int
    code: int
    message: str
    type: str = "OAuthException"
    subcode: int | None = None
    details: str = ""


def error_of(call: Call, failure: Failure) -> Error:
    """The error for a failure: its kind's, or that of the code which it names; status and text may be set."""
    error = _chosen(call, failure.code) or _usual(call, failure)
    status = failure.status or error.status
    return error._replace(status=status, message=error.message if failure.message is None else failure.message)


def _chosen(call: Call, code: str | None) -> Error | None:
    """The error of a code; one that is not known is like ``131000``. None where nobody chose a number."""
    if code is None or not _NUMBER.fullmatch(code):
        return None
    return _error(call, int(code), CODES.get(int(code), CODES[131000]))


def _error(call: Call, code: int, line: Line) -> Error:
    template = call.body.get("template")
    given: dict[str, Any] = template if isinstance(template, dict) else {}
    spoken = given.get("language")
    language = string(spoken.get("code")) if isinstance(spoken, dict) else None
    named = {"path": call.request.path, "template": string(given.get("name")) or "hello_world"}
    named["language"] = language or "en_US"
    title = line.title.format(**named)
    details = line.details.format(**named)
    return Error(line.status, code, f"(#{code}) {title}" if line.numbered else title, line.type, details=details)


def _usual(call: Call, failure: Failure) -> Error:
    kind, status = failure.kind, failure.status
    if kind in (_K.AUTH_EXPIRED, _K.AUTH_REVOKED):
        return _token(failure)
    if kind is _K.INVALID_REQUEST and status in (401, 405):
        return Error(401, 190, "Authentication Error") if status == 401 else _no_object(call)
    if kind is _K.NOT_FOUND and call.part == "other":
        return _error(call, 2500, CODES[2500])
    if kind is _K.NOT_FOUND or (kind in (_K.HISTORY_MISSING, _K.MODEL_RETIRED) and call.part != "messages"):
        return _no_object(call)
    if kind is _K.CONTEXT_TOO_LONG:
        return Error(400, 100, "(#100) Param text['body'] must be at most 4096 characters long.")
    if kind is _K.SERVER_ERROR and status == 503:
        return _error(call, 2, CODES[2])
    if kind is _K.TOO_LARGE:
        return _error(call, 131053, CODES[131053])._replace(status=413, details="Media file size too big.")
    return _error(call, _KINDS[kind], CODES[_KINDS[kind]])


def _no_object(call: Call) -> Error:
    text = _MISSING.format(method=call.request.method.lower(), id=_object(call))
    return Error(400, 100, text, "GraphMethodException", _NO_OBJECT)


def _token(failure: Failure) -> Error:
    if failure.kind is _K.AUTH_REVOKED:
        return Error(401, 190, _CHANGED, subcode=_REVOKED)
    ended = max(0.0, failure.now - failure.now % 3600)
    text = f"Session has expired on {_pacific(ended)}. The current time is {_pacific(failure.now)}."
    return Error(401, 190, f"Error validating access token: {text}", subcode=_EXPIRED)


def _pacific(when: float) -> str:
    """``Saturday, 13-Jun-26 05:00:00 PST``: Meta's own time of day, without summer time."""
    return (datetime.fromtimestamp(when, UTC) - timedelta(hours=8)).strftime("%A, %d-%b-%y %H:%M:%S PST")


def body_of(failure: Failure, error: Error) -> dict[str, Any]:
    """The JSON of an error, as the Graph API words it."""
    fields: dict[str, Any] = {"message": error.message, "type": error.type, "code": error.code}
    if error.subcode is not None:
        fields["error_subcode"] = error.subcode
    if error.details:
        fields["error_data"] = {"messaging_product": "whatsapp", "details": error.details}
    return {"error": {**fields, "fbtrace_id": "A" + base58("trace", failure.id, 22)}}


def headers_of(error: Error) -> Headers:
    """What is wrong with the token."""
    if error.status != 401:
        return ()
    plain = "".join(letter for letter in error.message if letter.isascii() and letter.isprintable() and letter != '"')
    return (("www-authenticate", f'OAuth "Facebook Platform" "invalid_token" "{plain.strip()}"'),)


def usage_of(call: Call, failure: Failure, error: Error) -> dict[str, Any] | None:
    """How much of a limit is used, and in how many minutes there is more; None where nothing is used up."""
    if error.code not in _LIMITS:
        return None
    used = {"call_count": 100, "total_cputime": 25, "total_time": 25}
    if error.code == 4:
        return {"x-app-usage": used}
    minutes = 0 if failure.retry_after is None else math.ceil(failure.retry_after / 60)
    limited = {"type": "whatsapp", **used, "estimated_time_to_regain_access": minutes}
    return {_USAGE: {_object(call): [limited]}}


def wait_of(reply: Reply) -> float | None:
    """Seconds until there is access again, by the usage header of a limit: the longest that it names, or None.

    https://developers.facebook.com/docs/graph-api/overview/rate-limiting
    """
    written = next((value for name, value in reply.headers if name.lower() == _USAGE), "")
    try:
        usage = json.loads(written or "{}")
    except (ValueError, RecursionError):
        return None
    lists = usage.values() if isinstance(usage, dict) else ()
    entries = [entry for entries in lists if isinstance(entries, list) for entry in entries if isinstance(entry, dict)]
    minutes = [entry.get("estimated_time_to_regain_access") for entry in entries]
    known = [minute for minute in minutes if isinstance(minute, int) and minute > 0]
    return max(known) * 60.0 if known else None


def _object(call: Call) -> str:
    """The id that the path is about."""
    return next((segment for segment in call.request.path.split("/") if segment.isascii() and segment.isdigit()), "0")
