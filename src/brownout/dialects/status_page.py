"""A status page on the wire: documents with an ETag, and the ways in which the page itself is down. Pure.

https://www.atlassian.com/software/statuspage has the form; nobody needs a key.
"""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus

from brownout.dialects.base import PlainDialect
from brownout.dialects.encoding import dump
from brownout.dialects.error_table import STATUSES
from brownout.dialects.headers import hexadecimal, uuid, whole
from brownout.exchange import Answer, Call, Failure, FailureKind, Headers, Reply, Request
from brownout.status import OPERATIONAL, State, status_page

PATH = re.compile(r"/api/v2/(.+)\.json")
_FORMER = {"status.anthropic.com": "https://status.claude.com"}
# What nginx calls some statuses differs from the standard phrases.
_TITLES = {413: "Request Entity Too Large", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}


def _title(status: int) -> str:
    if status in _TITLES:
        return _TITLES[status]
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"


def _unchanged(request: Request, tag: str) -> bool:
    """Whether the caller has this already: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2."""
    known = [entry.strip().removeprefix("W/") for entry in request.headers.get("if-none-match", "").split(",")]
    return "*" in known or tag.removeprefix("W/") in known


class StatusPage(PlainDialect):
    """``PROVIDER.status``: what the page says to programs."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.service = f"{provider}.status"

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises."""
        return Call(self.service, request)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The document, while everything is operational; for what the page says otherwise see ``page``."""
        return self.page(call, OPERATIONAL, answer.id)

    def page(self, call: Call, state: State, id: str) -> Reply:
        """The document that is asked for, or that the caller has it already, or that there is none."""
        moved = _FORMER.get(call.request.host)
        if moved:
            query = f"?{call.request.query}" if call.request.query else ""
            where = f"{moved}{call.request.path}{query}"
            return Reply(301, (*self._headers(id, "text/html"), ("location", _printable(where))))
        match = PATH.fullmatch(call.request.path)
        document = status_page(self.provider, state).get(match[1]) if match else None
        if document is None:
            return self.failure(call, Failure(FailureKind.NOT_FOUND, id))
        body = dump(document)
        tag = f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        validators: Headers = (("cache-control", "max-age=0, private, must-revalidate"), ("etag", tag))
        if _unchanged(call.request, tag):
            return Reply(304, (*self._headers(id), *validators))
        kind = ("content-type", "application/json; charset=utf-8")
        return Reply(200, (kind, *self._headers(id), *validators), body)

    def failure(self, call: Call, failure: Failure) -> Reply:
        """The page itself is down: HTML of the server in front of it; what it says no to itself is JSON."""
        status = failure.status or STATUSES[failure.kind]
        text = _title(status) if failure.message is None else failure.message
        wait = () if failure.retry_after is None else (("retry-after", whole(failure.retry_after)),)
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            headers = (("content-type", "application/json; charset=utf-8"), *self._headers(failure.id), *wait)
            return Reply(status, headers, dump({"error": text}))
        title = f"{status} {text}"
        page = (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
            "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        )
        return Reply(status, (("content-type", "text/html"), *wait), page.encode("utf-8", "replace"))

    def _headers(self, id: str, kind: str | None = None) -> Headers:
        typed = () if kind is None else (("content-type", kind),)
        mine = () if self.provider == "openai" else (("x-statuspage-version", hexadecimal("version", "page", 40)),)
        allowed = ("access-control-allow-origin", "*")
        return (*typed, allowed, *mine, ("x-request-id", uuid("status", id)))


def _printable(address: str) -> str:
    return "".join(letter for letter in address if letter.isascii() and letter.isprintable() and letter != " ")
