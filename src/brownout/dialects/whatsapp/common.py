"""What the services of WhatsApp's Cloud API share on the wire: headers of Meta's Graph API, reading a request. Pure.

https://developers.facebook.com/docs/graph-api/overview/rate-limiting describes the headers about usage.
"""

from __future__ import annotations

import re
from typing import Any

from brownout.dialects import waits
from brownout.dialects.base import PlainDialect
from brownout.dialects.encoding import dump
from brownout.dialects.headers import base58, hexadecimal
from brownout.dialects.reading import attempt_of, digest_of_key, string
from brownout.dialects.whatsapp import errors as whatsapp_errors
from brownout.exchange import Answer, Call, Failure, Headers, Reply, Request, Turn

JSON = "application/json; charset=UTF-8"
_VERSION = re.compile(r"/(v\d{1,3}\.\d{1,3})(?:/|$)")
_LATEST = "v25.0"
_IDLE = {"call_count": 1, "total_cputime": 0, "total_time": 0}


def version_of(path: str) -> str:
    """The version of the API that a path asks for, or one that is current."""
    match = _VERSION.match(path)
    return match[1] if match else _LATEST


def id_in(path: str) -> str:
    """The id that a path begins with behind the version; empty where there is none."""
    rest = _VERSION.sub("", path, count=1) if _VERSION.match(path) else path
    return rest.strip("/").partition("/")[0]


def headers(call: Call, id: str, content_type: str = JSON, usage: dict[str, Any] | None = None) -> Headers:
    """What the Graph API sends with every answer, good or bad."""
    used = usage or {"x-app-usage": _IDLE}
    return (
        ("content-type", content_type),
        ("access-control-allow-origin", "*"),
        ("cache-control", "private, no-cache, no-store, must-revalidate"),
        ("expires", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ("facebook-api-version", version_of(call.request.path)),
        ("pragma", "no-cache"),
        ("strict-transport-security", "max-age=15552000; preload"),
        ("vary", "Origin, Accept-Encoding"),
        *((name, dump(value).decode()) for name, value in used.items()),
        ("x-fb-request-id", "A" + base58("request", id, 22)),
        ("x-fb-rev", str(1_030_000_000 + int(hexadecimal("rev", id, 5), 16))),
        ("x-fb-trace-id", base58("trace", id, 11)),
    )


def ok(call: Call, id: str, value: Any) -> Reply:
    """A healthy JSON answer, with the headers of one."""
    return Reply(200, headers(call, id), dump(value))


def recipient_of(body: dict[str, Any]) -> str | None:
    """Who gets a message: a phone number in ``to``, or an id of the business's own in ``recipient``; the number wins.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
    """
    return string(body.get("to")) or string(body.get("recipient"))


def read(service: str, request: Request) -> Call:
    """The parts of a call; a message belongs to the conversation of the user it goes to."""
    body = request.json
    to, written = recipient_of(body), body.get("text")
    text = (string(written.get("body")) if isinstance(written, dict) else None) or ""
    return Call(
        service=service,
        request=request,
        text=text,
        turns=(Turn("user", text),) if text else (),
        conversation=to,
        user=to,
        api_key=digest_of_key(request.headers),
        attempt=attempt_of(request.headers),
    )


class WhatsAppDialect(PlainDialect):
    """Base of WhatsApp's services, and itself ``whatsapp.other``: reads as all do, fails as the Graph API fails."""

    service: str = "whatsapp.other"

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises."""
        return read(self.service, request)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer: success and nothing else, which is what a service without a dialect of its own can say."""
        return ok(call, answer.id, {"success": True})

    def failure(self, call: Call, failure: Failure) -> Reply:
        """The Graph API's error body; a wait is in what it says about usage, in minutes."""
        error = whatsapp_errors.error_of(call, failure)
        usage = whatsapp_errors.usage_of(call, failure, error)
        sent = (*headers(call, failure.id, usage=usage), *whatsapp_errors.headers_of(error))
        return Reply(error.status, sent, dump(whatsapp_errors.body_of(failure, error)))

    def wait(self, reply: Reply, now: float) -> float | None:
        """By what it says about usage, whole minutes; a limit of Meta's has no ``retry-after``."""
        wait = waits.in_headers(reply, now)
        return whatsapp_errors.wait_of(reply) if wait is None else wait
