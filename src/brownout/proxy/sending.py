"""Sending to the client of one mitmproxy stream: heads, bodies, and every way for it to end."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any

from mitmproxy import http
from mitmproxy.net.http import status_codes
from mitmproxy.proxy.layers.http import (
    HttpResponseHeadersHook,
    HttpResponseHook,
    ResponseData,
    ResponseEndOfMessage,
    ResponseHeaders,
    SendHttp,
)

from brownout.calls import retry_after
from brownout.effects import End, Head, Program, Send
from brownout.proxy import compat, sockets
from brownout.proxy.job import Job
from brownout.proxy.waiting import flush
from brownout.wire.framing import counter_for

if TYPE_CHECKING:
    from brownout.proxy.engine import Engine
    from brownout.proxy.stream import FaultStream

Script = Generator[Any, Any, Any]
_WAITS = ("retry-after", "retry-after-ms")
_LENGTHS = {b"content-length", b"transfer-encoding"}


class Sending:
    """The client's side of one job.

    ``asked``, ``kept_whole`` and ``upstream_done`` tell how far the platform's side has come; ``passing``, whether the
    head that went out was the platform's own.
    """

    def __init__(self, stream: FaultStream, job: Job, engine: Engine) -> None:
        self.stream = stream
        self.job = job
        self.engine = engine
        self.asked = False
        self.kept_whole = False
        self.upstream_done = False
        self.passing = False
        self._head_sent = False
        self._ended = False
        self._count: Callable[[bytes], int] | None = None

    @property
    def awaited(self) -> bool:
        """Whether the platform still has something to send."""
        return self.asked and not self.upstream_done and not self.kept_whole

    def _over(self) -> bool:
        return self._ended or self.job.left or self.job.over

    def _head(self, effect: Head, rest: Program) -> Script:
        fields = [(name.encode("latin-1", "replace"), value.encode("utf-8")) for name, value in effect.headers]
        length = _length_known(rest)
        if length is not None and not any(name.lower() == b"content-length" for name, _ in fields):
            fields.append((b"content-length", b"%d" % length))
        reason = status_codes.RESPONSES.get(effect.status, "").encode()
        response = http.Response(
            b"HTTP/1.1", effect.status, reason, http.Headers(fields), None, None, time.time(), None
        )
        yield from self._send_head(response)

    def _send_head(self, response: http.Response) -> Script:
        stream, job, status = self.stream, self.job, response.status_code
        names = {name.lower(): value for name, value in response.headers.fields}
        stream.flow.response = response
        if job.rule is not None or not self.passing or response.is_http2 or stream.flow.request.is_http2:
            _frame(response, names, stream.flow.request)
        streamed = self.job.exchange.call.stream and response.status_code == 200
        self._count = counter_for(names.get(b"content-type", b"").decode("latin-1"), streamed)
        yield HttpResponseHeadersHook(stream.flow)
        yield SendHttp(ResponseHeaders(stream.stream_id, response, False), stream.context.client)
        self._head_sent = True
        job.first_byte = time.monotonic() - job.started
        job.status = status
        if b"retry-after" in names or b"retry-after-ms" in names:
            asked = {name: names[name.encode()].decode("latin-1") for name in _WAITS if name.encode() in names}
            job.retry_after = retry_after.seconds(asked, time.time())

    def _send(self, data: bytes) -> Script:
        if not data:
            return
        self.job.bytes += len(data)
        if self.job.meter is not None:
            self.job.meter.feed(data)
        if self.job.opening is not None:
            self.job.opening.feed(data)
        if self._count is not None:
            self.job.events += self._count(data)
        yield SendHttp(ResponseData(self.stream.stream_id, data), self.stream.context.client)

    def _flush(self) -> Script:
        """Until the kernel has taken what was sent. Returns whether the client was still there."""
        return (yield from flush(self.stream.context.client))

    def _finish_message(self, end: str) -> Script:
        self._ended = True
        stream = self.stream
        yield HttpResponseHook(stream.flow)
        self.engine.finish(self.job, end)
        yield from self._stop_upstream()
        yield from stream.drop()
        yield SendHttp(ResponseEndOfMessage(stream.stream_id), stream.context.client)

    def _fin(self, how: str) -> Script:
        flushed = yield from self._flush()
        if how == "released":
            self.job.how, self.job.end = "released", "fin"
        elif flushed and how == "fin":
            self.job.shown, self.job.how = True, "fin"
        self._ended = True
        yield SendHttp(compat.close_without_answer(self.stream.stream_id), self.stream.context.client)
        self.engine.finish(self.job, "error" if how == "error" else "fin")
        yield from self._stop_upstream()
        yield from self.stream.drop()

    def _rst(self) -> Script:
        flushed = yield from self._flush()
        self._ended = True
        if sockets.reset(self.stream.context.client) and flushed:
            self.job.shown, self.job.how = True, "rst"
        self.engine.finish(self.job, "rst")
        yield from self._stop_upstream()
        yield from self.stream.drop()

    def _client_left(self) -> Script:
        self._ended = True
        self.engine.finish(self.job, "client_left")
        yield from self._stop_upstream()
        yield from self.stream.drop()

    def _stop_upstream(self) -> Script:
        if self.awaited:
            self.upstream_done = True
            yield SendHttp(compat.stop_asking(self.stream.stream_id), self.stream.context.server)


def _length_known(rest: Program) -> int | None:
    """The body's length where the rest of a program is bytes and then the end."""
    *body, last = rest
    if isinstance(last, End) and all(isinstance(effect, Send) for effect in body):
        return sum(len(effect.data) for effect in body if isinstance(effect, Send))
    return None


def _frame(response: http.Response, names: Mapping[bytes, bytes], request: http.Request) -> None:
    """Give a body of unknown length the framing that its HTTP version has."""
    if request.is_http2 or request.is_http3:
        for name in ("transfer-encoding", "connection"):
            if name.encode() in names:
                del response.headers[name]
    elif not names.keys() & _LENGTHS and response.status_code not in (204, 304) and request.method != "HEAD":
        response.headers["transfer-encoding"] = "chunked"
