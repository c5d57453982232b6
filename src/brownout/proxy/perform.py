"""Performing a fault's effects on one mitmproxy stream. A generator: it yields commands, or NEXT for an event."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, assert_never

from mitmproxy import http
from mitmproxy.proxy.layers.http import (
    HttpResponseHeadersHook,
    HttpResponseHook,
    ResponseData,
    ResponseEndOfMessage,
    ResponseHeaders,
    ResponseTrailers,
    SendHttp,
)

from brownout import retry_after
from brownout.dialects.framing import Cutter, cutter_for
from brownout.effects import Effect, End, Fin, Forward, ForwardHead, Gaps, Hang, Head, Program, Rst, Send, Wait
from brownout.proxy import compat, sockets
from brownout.proxy.job import Job
from brownout.proxy.waiting import Tick

if TYPE_CHECKING:
    from brownout.proxy.engine import Engine
    from brownout.proxy.stream import FaultStream

NEXT: Any = object()
Script = Generator[Any, Any, Any]
_LONGEST_FLUSH = 10.0
_LONGEST_TICK = 0.5  # a longer pause must notice a client that leaves


class Performance:
    """Carries out one job's program. ``asked`` and ``upstream_done`` tell how far the platform's side has come."""

    def __init__(self, stream: FaultStream, job: Job, engine: Engine) -> None:
        self.stream = stream
        self.job = job
        self.engine = engine
        self.asked = False
        self.upstream_done = False
        self._upstream_head: http.Response | None = None
        self._head_sent = False
        self._ended = False
        self._cutter: Cutter | None = None
        self._pieces: deque[bytes] = deque()
        self._trailers: http.Headers | None = None
        self._count_events = False

    def run(self) -> Script:
        """The whole program, effect by effect."""
        program = self.job.program
        for position, effect in enumerate(program):
            if self._over():
                break
            yield from self._perform(effect, program[position + 1 :])
        if not self._ended and not self.job.over:
            yield from self._client_left()

    def _over(self) -> bool:
        return self._ended or self.job.left or self.job.over

    def _perform(self, effect: Effect, rest: Program) -> Script:
        match effect:
            case Forward():
                yield from self._forward(effect)
            case ForwardHead():
                yield from self._forward_head()
            case Head():
                yield from self._head(effect, rest)
            case Send():
                yield from self._send(effect.data)
            case Wait():
                yield from self._wait(effect.seconds)
            case Hang():
                yield from self._hang(effect)
            case End():
                yield from self._end()
            case Fin():
                yield from self._fin("fin")
            case Rst():
                yield from self._rst()
            case _:
                assert_never(effect)

    # -- answers made up

    def _head(self, effect: Head, rest: Program) -> Script:
        headers = http.Headers([(name.encode(), value.encode()) for name, value in effect.headers])
        if "content-length" not in headers:
            length = _length_known(rest)
            if length is not None:
                headers["content-length"] = str(length)
        response = http.Response(b"HTTP/1.1", effect.status, b"", headers, None, None, time.time(), None)
        response.reason = http.status_codes.RESPONSES.get(effect.status, "")
        self._count_events = "event-stream" in headers.get("content-type", "")
        yield from self._send_head(response)

    def _send_head(self, response: http.Response) -> Script:
        self.stream.flow.response = response
        _frame(response, self.stream.flow.request)
        yield HttpResponseHeadersHook(self.stream.flow)
        yield SendHttp(ResponseHeaders(self.stream.stream_id, response, False), self.stream.context.client)
        self._head_sent = True
        self.job.first_byte = time.monotonic() - self.job.started
        self.job.status = response.status_code
        if response.status_code >= 400 or "retry-after" in response.headers:
            lowered = {name.lower(): value for name, value in response.headers.items()}
            self.job.retry_after = retry_after.seconds(lowered, time.time())

    def _send(self, data: bytes) -> Script:
        if not data:
            return
        self.job.bytes += len(data)
        if self._count_events:
            self.job.events += data.count(b"\n\n") + data.count(b"\r\n\r\n")
        yield SendHttp(ResponseData(self.stream.stream_id, data), self.stream.context.client)

    # -- the platform's own answer

    def _forward_head(self) -> Script:
        """Ask the platform, wait for its head, pass it on."""
        if not self.asked:
            problem = yield from self.stream.ask_platform()
            self.asked = True
            if problem is not None:
                yield from self._unreachable(problem)
                return
        while not self._head_sent and not self._over():
            event = yield NEXT
            if isinstance(event, ResponseHeaders):
                yield from self._upstream_answers(event)

    def _upstream_answers(self, event: ResponseHeaders) -> Script:
        response = event.response
        self.job.upstream_status = response.status_code
        if response.status_code == 101:
            self.job.status, self._ended = 101, True
            self.engine.finish(self.job, "upgraded")
            yield from self.stream.hand_over(event)
            return
        if response.status_code < 200:
            return
        content_type = response.headers.get("content-type", "")
        self._count_events = "event-stream" in content_type
        if len(self.job.program) > 1 or self.job.program[0] != Forward():
            self._cutter = None if "content-encoding" in response.headers else cutter_for(content_type)
            if self.job.rule is not None and "content-length" in response.headers and _edits(self.job.program):
                del response.headers["content-length"]
        yield from self._send_head(response)

    def _forward(self, effect: Forward) -> Script:
        yield from self._forward_head()
        if self._over():
            return
        if effect.events is not None or effect.gaps is not None:
            yield from self._forward_events(effect.events, effect.gaps)
        elif effect.size is not None:
            yield from self._forward_size(effect.size)
        else:
            yield from self._forward_rest()

    def _forward_rest(self) -> Script:
        while self._pieces:
            yield from self._send(self._pieces.popleft())
        if self._cutter is not None:
            yield from self._send(self._cutter.rest())
            self._cutter = None
        while not self._over():
            if self.upstream_done:
                yield from self._complete()
                return
            data = yield from self._receive()
            if data:
                yield from self._send(data)

    def _receive(self) -> Script:
        """The platform's next body bytes; b"" for anything else, and ``upstream_done`` at the end."""
        event = yield NEXT
        if isinstance(event, ResponseData):
            return event.data
        if isinstance(event, ResponseTrailers):
            self._trailers = event.trailers
        elif isinstance(event, ResponseEndOfMessage):
            self.upstream_done = True
        return b""

    def _forward_events(self, wanted: int | None, gaps: Gaps | None) -> Script:
        if self._cutter is None:
            yield from self._skip("the platform's answer was not a stream of events")
            return
        sent, due = 0, time.monotonic()
        while wanted is None or sent < wanted:
            piece = yield from self._next_piece()
            if self._over():
                return
            if piece is None:
                if wanted is None:
                    yield from self._complete()
                else:
                    yield from self._skip(f"the answer ended after {sent} events, before {wanted}")
                return
            if gaps is not None and sent:
                due += gaps.nth(sent)
                yield from self._pause(due)
            elif gaps is not None:
                due = time.monotonic()
            yield from self._send(piece)
            sent += 1

    def _next_piece(self) -> Script:
        """The next whole event (or what is left at the end); None when there is no more."""
        while not self._pieces and not self._over():
            if self.upstream_done:
                rest = self._cutter.rest() if self._cutter else b""
                return rest or None
            data = yield from self._receive()
            if data:
                self._pieces.extend(self._cutter.feed(data) if self._cutter else [data])
        return self._pieces.popleft() if self._pieces else None

    def _forward_size(self, wanted: int) -> Script:
        self._cutter = None
        left = wanted
        while left > 0:
            piece = yield from self._next_piece()
            if self._over():
                return
            if piece is None:
                yield from self._skip(f"the answer ended after {wanted - left} bytes, before {wanted}")
                return
            yield from self._send(piece[:left])
            if len(piece) > left:
                self._pieces.appendleft(piece[left:])
            left -= len(piece)

    def _skip(self, why: str) -> Script:
        """The fault cannot be carried out: say so, and let the answer through."""
        self.job.skipped = why
        yield from self._forward_rest()

    def _unreachable(self, problem: str) -> Script:
        self.job.skipped = self.job.skipped or problem
        if not self.job.over:
            yield from self._fin("error")
        self._ended = True

    def upstream_failed(self, message: str) -> None:
        """The platform's side broke before our fault was shown."""
        self.upstream_done = True
        if not self.job.shown:
            self.job.skipped = f"the platform's side failed: {message}"

    # -- waiting

    def _wait(self, seconds: float) -> Script:
        yield from self.stream.wait(seconds)
        self.job.shown = True
        if self.job.left:
            self.job.how = "client_left"

    def _hang(self, effect: Hang) -> Script:
        cap = self.engine.longest_hang(time.monotonic())
        self.job.shown, self.job.how = True, "client_left"
        yield from self.stream.wait(cap if effect.seconds is None else min(effect.seconds, cap))
        if not self.job.left:
            yield from self._fin("released")

    def _pause(self, due: float) -> Script:
        """Until a monotonic second, so that lateness does not add up."""
        delay = due - time.monotonic()
        if delay > _LONGEST_TICK:
            yield from self.stream.wait(delay)
        elif delay > 0:
            yield Tick(delay)
        if self.stream.paused_client_left():
            self.job.leave()
            self.job.how = "client_left"
        self.job.shown = True

    def _flush(self) -> Script:
        """Until the kernel has taken what was sent. Returns whether the client was still there."""
        client, deadline = self.stream.context.client, time.monotonic() + _LONGEST_FLUSH
        while (left := sockets.unsent(client)) and time.monotonic() < deadline:
            yield Tick(0.01)
        return left == 0

    # -- ending

    def _end(self) -> Script:
        written = (yield from self._flush()) if self.job.rule is not None else True
        if written:
            self.job.shown, self.job.how = True, self.job.how or "written"
        yield from self._finish_message("complete" if not self.asked else "cut")

    def _complete(self) -> Script:
        """The platform's answer has been passed on to its end."""
        if self.job.shown and self.job.how is None:
            self.job.how = "written"
        if self._trailers is not None:
            yield SendHttp(ResponseTrailers(self.stream.stream_id, self._trailers), self.stream.context.client)
        yield from self._finish_message("complete")

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
        if self.asked and not self.upstream_done:
            self.upstream_done = True
            yield SendHttp(compat.stop_asking(self.stream.stream_id), self.stream.context.server)


def _length_known(rest: Program) -> int | None:
    """The body's length where the rest of a program is bytes and then the end."""
    *body, last = rest
    if isinstance(last, End) and all(isinstance(effect, Send) for effect in body):
        return sum(len(effect.data) for effect in body if isinstance(effect, Send))
    return None


def _edits(program: Program) -> bool:
    """Whether a program makes the platform's body shorter or longer and ends it cleanly."""
    return isinstance(program[-1], End)


def _frame(response: http.Response, request: http.Request) -> None:
    """Give a body of unknown length the framing that its HTTP version has."""
    if request.is_http2 or request.is_http3:
        response.headers.pop("transfer-encoding", None)
        response.headers.pop("connection", None)
    elif "content-length" not in response.headers and response.status_code not in (204, 304):
        response.headers["transfer-encoding"] = "chunked"
