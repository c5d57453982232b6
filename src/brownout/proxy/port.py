"""The port of one mitmproxy stream: what a performance awaits is a command that mitmproxy's layer carries out."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from types import coroutine
from typing import Any

from mitmproxy import http
from mitmproxy.net import encoding
from mitmproxy.net.http import status_codes
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layers.http import (
    HttpResponseHeadersHook,
    HttpResponseHook,
    ResponseData,
    ResponseEndOfMessage,
    ResponseHeaders,
    ResponseProtocolError,
    ResponseTrailers,
    SendHttp,
)

from brownout.edge.port import Heard, ResponseHead, Trailers, Whole
from brownout.proxy import compat, http2, sockets
from brownout.proxy.seams import Stream
from brownout.proxy.waiting import WaitHook, flush, tick

NEXT: Any = object()
"""Awaited for the platform's next event."""
_LONGEST_TICK = 0.5  # a longer pause must notice a client that leaves
_LENGTHS = {b"content-length", b"transfer-encoding"}
_WHOLE = Whole()


class StreamPort:
    """What a performance can do with one FaultStream. Implements ``brownout.edge.port.Port``.

    ``awaited``: the platform was asked, and still has something to say. ``keeping``: its whole answer is waited for.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.awaited = False
        self.keeping = False
        self._heard: tuple[ResponseHead, ResponseHeaders] | None = None

    @property
    def body(self) -> bytes:
        return self.stream.flow.request.data.content or b""

    def rewrite(self, body: bytes) -> None:
        """Put another body into the request."""
        request = self.stream.flow.request
        request.data.content = body
        if "transfer-encoding" not in request.headers:
            request.headers["content-length"] = str(len(body))

    @coroutine
    def ask(self) -> Generator[Any, Any, str | None]:
        problem: str | None = yield from self.stream.ask_platform()
        self.awaited = problem is None
        return problem

    @coroutine
    def ask_again(self) -> Generator[Any, Any, str | None]:
        """Send the request on a second time."""
        problem: str | None = yield from self.stream.ask_again()
        return problem

    @coroutine
    def hear(self) -> Generator[Any, Any, Heard]:
        return (yield from self._hear())

    def _hear(self) -> Generator[Any, Any, Heard]:
        while True:
            event = yield NEXT
            if isinstance(event, ResponseData):
                return event.data
            if isinstance(event, ResponseHeaders):
                head = _head_of(event.response)
                self._heard = head, event
                return head
            if isinstance(event, ResponseEndOfMessage):
                self.awaited = False
                return _WHOLE
            if isinstance(event, ResponseTrailers):
                return Trailers(event.trailers.fields)

    @coroutine
    def keep(self, seconds: float) -> Generator[Any, Any, Sequence[Heard]]:
        """Whatever the platform says within so many seconds: it is queued while this stream waits."""
        stream, job = self.stream, self.stream.performed
        self.keeping = True
        yield WaitHook((job, seconds))
        self.keeping = False
        heard: list[Heard] = []
        while not job.left and stream.has_events():
            heard.append((yield from self._hear()))
            if heard[-1] is _WHOLE or (isinstance(heard[-1], ResponseHead) and heard[-1].status == 101):
                break
        if not job.left and not job.released:
            job.wake.clear()
        return heard

    def decoded(self, head: ResponseHead, body: bytes) -> bytes:
        """A whole body without its content-encoding."""
        if b"content-encoding" not in head.names:
            return body
        try:
            plain = encoding.decode(body, head.text(b"content-encoding"))
        except ValueError:
            return body
        return plain if isinstance(plain, bytes) else body

    @coroutine
    def head(self, head: ResponseHead, *, as_is: bool) -> Generator[Any, Any, None]:
        """Send a head to the client."""
        stream, heard = self.stream, self._heard
        response = heard[1].response if heard is not None and heard[0] is head else _response_of(head)
        stream.flow.response = response
        if not as_is or response.is_http2 or stream.flow.request.is_http2:
            _frame(response, head, stream.flow.request)
        yield HttpResponseHeadersHook(stream.flow)
        yield SendHttp(ResponseHeaders(stream.stream_id, response, False), stream.context.client)

    @coroutine
    def data(self, data: bytes) -> Generator[Any, Any, None]:
        """Send bytes of the body to the client."""
        yield SendHttp(ResponseData(self.stream.stream_id, data), self.stream.context.client)

    @coroutine
    def trailers(self, trailers: Trailers) -> Generator[Any, Any, None]:
        fields = http.Headers(trailers.fields)
        yield SendHttp(ResponseTrailers(self.stream.stream_id, fields), self.stream.context.client)

    @coroutine
    def flush(self) -> Generator[Any, Any, bool]:
        """Until the kernel has taken what was sent."""
        return (yield from flush(self.stream.context.client))

    @coroutine
    def wait(self, seconds: float) -> Generator[Any, Any, None]:
        """Until the job is woken, or time is up."""
        yield WaitHook((self.stream.performed, seconds))

    @coroutine
    def pause(self, seconds: float) -> Generator[Any, Any, None]:
        """A pause between two events: short ones by a timer of the layer, which no job wakes."""
        if seconds > _LONGEST_TICK:
            yield WaitHook((self.stream.performed, seconds))
        elif seconds > 0:
            yield from tick(self.stream.context.client, seconds)

    @coroutine
    def end(self) -> Generator[Any, Any, None]:
        """End the message; the connection stays."""
        stream = self.stream
        yield HttpResponseHook(stream.flow)
        yield from self._drop()
        yield SendHttp(ResponseEndOfMessage(stream.stream_id), stream.context.client)

    @coroutine
    def fin(self) -> Generator[Any, Any, None]:
        yield SendHttp(compat.close_without_answer(self.stream.stream_id), self.stream.context.client)
        yield from self._drop()

    @coroutine
    def rst(self) -> Generator[Any, Any, bool]:
        """Abort the connection by TCP RST."""
        was_there = sockets.reset(self.stream.context.client)
        yield from self._drop()
        return was_there

    @coroutine
    def reset_stream(self, code: str) -> Generator[Any, Any, bool]:
        taken = yield from self._last_frame(http2.reset_stream(self.stream.context, self.stream.stream_id, code))
        yield from self._drop()
        return taken

    @coroutine
    def go_away(self, code: str) -> Generator[Any, Any, bool]:
        taken = yield from self._last_frame(http2.go_away(self.stream.context, self.stream.stream_id, code))
        yield from self._drop()
        yield commands.CloseConnection(self.stream.context.client)
        return taken

    def _last_frame(self, frame: bytes) -> Generator[Any, Any, bool]:
        if not frame:
            return False
        yield commands.SendData(self.stream.context.client, frame)
        return (yield from flush(self.stream.context.client))

    @coroutine
    def forget(self) -> Generator[Any, Any, None]:
        yield from self._drop()

    def _drop(self) -> Generator[Any, Any, None]:
        stream = self.stream
        if self.awaited:
            self.awaited = False
            yield SendHttp(compat.stop_asking(stream.stream_id), stream.context.server)
        yield from stream.drop()

    @coroutine
    def upgrade(self, head: ResponseHead) -> Generator[Any, Any, None]:
        """Have mitmproxy pass the 101 on, and the stream relay what follows."""
        assert self._heard is not None
        yield from self.stream.hand_over(self._heard[1])


def _head_of(response: http.Response) -> ResponseHead:
    data = response.data
    return ResponseHead(data.status_code, data.headers.fields, data.reason, data.http_version)


def _response_of(head: ResponseHead) -> http.Response:
    reason = status_codes.RESPONSES.get(head.status, "").encode() if head.reason is None else head.reason
    fields = http.Headers(head.fields)
    return http.Response(head.version, head.status, reason, fields, None, None, time.time(), None)


def _frame(response: http.Response, head: ResponseHead, request: http.Request) -> None:
    """Give a body of unknown length the framing that its HTTP version has."""
    if request.is_http2 or request.is_http3:
        for name in ("transfer-encoding", "connection"):
            if name.encode() in head.names:
                del response.headers[name]
    elif not head.names.keys() & _LENGTHS and response.status_code not in (204, 304) and request.method != "HEAD":
        response.headers["transfer-encoding"] = "chunked"


def is_last(event: events.Event) -> bool:
    """Whether nothing of the platform's answer comes after this."""
    if isinstance(event, ResponseHeaders):
        return event.response.status_code == 101
    return isinstance(event, ResponseEndOfMessage | ResponseProtocolError)
