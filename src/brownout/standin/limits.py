"""How long a request may be, and what a platform answers to a longer one: its front's words, or its own error."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from brownout.dialects import dialect_for
from brownout.dialects.fronts import cdn
from brownout.exchange import Failure, FailureKind, Reply
from brownout.standin.recognise import Arrived
from brownout.standin.sending import whole

# All headers together may have 128 KB at the CDN in front of the largest platforms, the request's URL 16 KB:
# https://developers.cloudflare.com/workers/platform/limits/. It has no bound on how many they are.
MOST_HEADERS, MOST_URL = 131_072, 16_384
READ: dict[str, Any] = {"max_field_size": 2 * MOST_HEADERS, "max_line_size": 2 * MOST_HEADERS, "max_headers": 40_000}
"""What is read of a request at all: enough to know whom it is for, so that it can be refused as that platform does."""
_FRAMING = 4
"""Bytes of a header beside its name and its value: colon, space, end of line."""
_NO_ID = "0" * 32
_HEADERS_WORDS = "Request Header Or Cookie Too Large"
_OWN_WORDS = {414: "Request URI too long", 431: "Request header fields too large"}


def overlong(http: web.BaseRequest) -> int | None:
    """The status for a request whose URL (414) or headers (431) are too long; None for one that is not."""
    if len(http.raw_path) > MOST_URL:
        return 414
    length = sum(len(name) + len(value) + _FRAMING for name, value in http.raw_headers)
    return 431 if length > MOST_HEADERS else None


def too_large(arrived: Arrived, id: str) -> Reply:
    """The answer to a request whose body is too long."""
    dialect = dialect_for(arrived.service)
    return dialect.failure(dialect.read(arrived.request), Failure(FailureKind.TOO_LARGE, id))


def refused(arrived: Arrived, id: str, status: int) -> Reply:
    """The answer to an overlong request: the CDN's where that is in front, else an error of the platform's own form.

    What other fronts say to it is not known.
    """
    dialect = dialect_for(arrived.service)
    failure = Failure(FailureKind.INVALID_REQUEST, id, status, _OWN_WORDS[status])
    own = dialect.failure(dialect.read(arrived.request), failure)
    if ("server", "cloudflare") not in own.headers:
        return own
    return cdn.unread(414, id) if status == 414 else cdn.unread(400, id, _HEADERS_WORDS)


class Connection(RequestHandler):
    """A connection to the stand-in. What cannot be read is answered as by the CDN: nobody knows for whom it is."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """As its base does; but not in the words of a library."""
        response = super().handle_error(request, status, exc, message)
        if not isinstance(exc, HttpProcessingError):
            return response
        answer = whole(cdn.unread(400, _NO_ID))
        answer.force_close()
        return answer


class Server(web.Server):
    """A server of such connections."""

    def __call__(self) -> RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)
