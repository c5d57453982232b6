"""OpenAI's errors: status, type, code, param and text of each kind of failure, and the headers that go with them. Pure.

Codes and texts: https://platform.openai.com/docs/guides/error-codes and public reports of real answers.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from brownout.dialects.family import family_path_of
from brownout.dialects.headers import whole
from brownout.dialects.openai.error import DEFAULT_MODEL, Error, Maker
from brownout.dialects.openai.missing import missing
from brownout.dialects.openai.refusals import REFUSALS
from brownout.dialects.reading import string
from brownout.exchange import Call, Failure, FailureKind, Headers

NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
    "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API "
    "from your browser and are prompted for a username and password. You can obtain an API key from "
    "https://platform.openai.com/account/api-keys."
)
BAD_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
    "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble "
    "figuring out how to fix this, please contact us through our help center at help.openai.com.)"
)
_SERVER_ERROR = (
    "The server had an error while processing your request. Sorry about that! You can retry your request, or contact "
    "us through our help center at help.openai.com if you keep seeing this error. (Please include the request ID {id} "
    "in your email.)"
)
_OVERLOADED = "The engine is currently overloaded, please try again later"
_RATE_LIMIT = (
    "Rate limit reached for {model} in organization {organization} on {unit}: Limit {limit}, Used {used}, "
    "Requested {requested}. Please try again in {wait}. Visit https://platform.openai.com/account/rate-limits to learn "
    "more."
)
_RESPONSE_PATH = re.compile(r"/v1/responses/([^/]+)")
_CONVERSATION_PATH = re.compile(r"/v1/conversations/([^/]+)(?:/items/([^/]+))?")


# What an allowance counts, and the usual one of a low tier; the text of a day is known from public reports, that of
# calls at once is assumed to be alike.
_REQUESTS = {
    "minute": ("requests per min (RPM)", 500),
    "day": ("requests per day (RPD)", 200),
    "at_once": ("concurrent requests", 5),
}
_TOKENS = {"minute": ("tokens per min (TPM)", 30_000), "day": ("tokens per day (TPD)", 1_000_000)}


def go_duration(seconds: float) -> str:
    """A duration as OpenAI writes it: ``0s``, ``120ms``, ``1.4s``, ``6m0s``, ``1h0m0s``."""
    millis = max(0, math.ceil(round(seconds * 1000, 3)))
    if millis < 1000:
        return f"{millis}ms" if millis else "0s"
    minutes, rest = divmod(millis, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text


def _limited(call: Call, failure: Failure, organization: str, unit: str, default: int) -> str:
    limit = default if failure.limit is None else failure.limit
    remaining = failure.remaining or 0
    waits = (failure.retry_after, failure.reset, 0.12)
    tokens = unit.startswith("tokens")
    return _RATE_LIMIT.format(
        model=call.model or DEFAULT_MODEL,
        organization=organization,
        unit=unit,
        limit=limit,
        used=max(0, limit - remaining),
        requested=max(remaining + 1, len(call.text) // 4) if tokens else 1,
        wait=go_duration(next(wait for wait in waits if wait is not None)),
    )


def _requests(call: Call, failure: Failure, organization: str, id: str) -> Error:
    message = _limited(call, failure, organization, *_REQUESTS[failure.per])
    return Error(429, message, "requests", "rate_limit_exceeded")


def _tokens(call: Call, failure: Failure, organization: str, id: str) -> Error:
    message = _limited(call, failure, organization, *_TOKENS.get(failure.per, _TOKENS["minute"]))
    return Error(429, message, "tokens", "rate_limit_exceeded")


def _server_error(call: Call, failure: Failure, organization: str, id: str) -> Error:
    return Error(500, _SERVER_ERROR.format(id=id), "server_error")


def _overloaded(call: Call, failure: Failure, organization: str, id: str) -> Error:
    return Error(503, _OVERLOADED, "service_unavailable_error", "server_is_overloaded")


def conversation_id(call: Call) -> str | None:
    """The conversation that a request names in its path or its body."""
    if match := _CONVERSATION_PATH.match(family_path_of(call)):
        return match[1]
    named = call.body.get("conversation")
    return string(named.get("id") if isinstance(named, dict) else named)


def _history_missing(call: Call, failure: Failure, organization: str, id: str) -> Error:
    if match := _RESPONSE_PATH.match(family_path_of(call)):
        return Error(404, f"Response with id '{match[1]}' not found.")
    if error := missing(call, failure):
        return error
    conversation = conversation_id(call)
    if call.part == "responses" and conversation is None:
        previous = string(call.body.get("previous_response_id")) or f"resp_{failure.id}"
        message = f"Previous response with id '{previous}' not found."
        return Error(400, message, code="previous_response_not_found", param="previous_response_id")
    return Error(404, f"Conversation with id '{conversation or f'conv_{failure.id}'}' not found.")


def _not_found(call: Call, failure: Failure, organization: str, id: str) -> Error:
    if error := missing(call, failure):
        return error
    path = family_path_of(call)
    item = _CONVERSATION_PATH.match(path)
    if item and item[2]:
        return Error(404, f"Item with id '{item[2]}' not found in conversation '{item[1]}'.")
    if item or _RESPONSE_PATH.match(path):
        return _history_missing(call, failure, organization, id)
    asked = path.removeprefix("/v1/models/") if path.startswith("/v1/models/") else call.model
    if asked is None or call.part == "other":
        return Error(404, f"Invalid URL ({call.request.method} {path})")
    message = f"The model `{asked}` does not exist or you do not have access to it."
    return Error(404, message, code="model_not_found")


def _invalid_request(call: Call, failure: Failure, organization: str, id: str) -> Error:
    if failure.status == 401:
        return Error(401, NO_KEY, headers=(("www-authenticate", 'Basic realm="OpenAI API"'),))
    if failure.status == 405:
        hint = "(HINT: Perhaps you meant to use a different HTTP method?)"
        request = call.request
        return Error(405, f"Not allowed to {request.method} on {request.path} {hint}", code="method_not_supported")
    return Error(400, BAD_JSON)


_BY_KIND: dict[FailureKind, Maker] = REFUSALS | {
    FailureKind.SERVER_ERROR: _server_error,
    FailureKind.OVERLOADED: _overloaded,
    FailureKind.RATE_LIMIT_REQUESTS: _requests,
    FailureKind.RATE_LIMIT_TOKENS: _tokens,
    FailureKind.HISTORY_MISSING: _history_missing,
    FailureKind.INVALID_REQUEST: _invalid_request,
    FailureKind.NOT_FOUND: _not_found,
}


def error_of(call: Call, failure: Failure, organization: str, id: str) -> Error:
    """OpenAI's error for a failure; ``id`` is the request id that the text quotes."""
    made = _BY_KIND[failure.kind](call, failure, organization, id)
    return replace(
        made,
        status=failure.status or made.status,
        message=made.message if failure.message is None else failure.message,
        code=failure.code or made.code,
    )


def _bucket(failure: Failure) -> str | None:
    return {FailureKind.RATE_LIMIT_REQUESTS: "requests", FailureKind.RATE_LIMIT_TOKENS: "tokens"}.get(failure.kind)


def headers_of(failure: Failure, error: Error) -> Headers:
    """The headers that only an error carries; a figure that the failure does not hold stays away.

    ``retry-after`` is in whole seconds, as the real one; ``retry-after-ms`` is exact, and read first by the SDKs.
    """
    headers = list(error.headers)
    if bucket := _bucket(failure):
        if failure.limit is not None and failure.remaining is not None:
            headers.append((f"x-ratelimit-limit-{bucket}", str(failure.limit)))
            headers.append((f"x-ratelimit-remaining-{bucket}", str(failure.remaining)))
        if failure.reset is not None:
            headers.append((f"x-ratelimit-reset-{bucket}", go_duration(failure.reset)))
    if failure.retry_after is not None:
        headers.append(("retry-after", whole(failure.retry_after)))
        headers.append(("retry-after-ms", whole(failure.retry_after * 1000)))
    return tuple(headers)
