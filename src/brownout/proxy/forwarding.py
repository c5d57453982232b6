"""Passing the platform's own answer on: whole, up to a point, or paced. Part of a performance."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from mitmproxy import http
from mitmproxy.proxy.layers.http import ResponseData, ResponseEndOfMessage, ResponseHeaders, ResponseTrailers, SendHttp

from brownout.dialects.framing import Cutter, cutter_for
from brownout.effects import End, Forward, Gaps
from brownout.proxy.job import PASS_THROUGH, Job
from brownout.proxy.sending import Script, Sending
from brownout.proxy.waiting import tick

if TYPE_CHECKING:
    from brownout.proxy.engine import Engine
    from brownout.proxy.stream import FaultStream

NEXT: Any = object()
_LONGEST_TICK = 0.5  # a longer pause must notice a client that leaves


class Forwarding(Sending):
    """The platform's side of one job. Yields NEXT for the platform's next event."""

    def __init__(self, stream: FaultStream, job: Job, engine: Engine) -> None:
        super().__init__(stream, job, engine)
        self._cutter: Cutter | None = None
        self._pieces: deque[bytes] = deque()
        self._trailers: http.Headers | None = None

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
        if self.job.program != PASS_THROUGH:
            compressed = "content-encoding" in response.headers
            self._cutter = None if compressed else cutter_for(response.headers.get("content-type", ""))
            if isinstance(self.job.program[-1], End):  # the body will not be as long as the platform said
                response.headers.pop("content-length", None)
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
        self.engine.note(problem)
        self.job.skipped = self.job.skipped or problem
        if not self.job.over:
            yield from self._fin("error")
        self._ended = True

    def upstream_failed(self, message: str) -> None:
        """The platform's side broke before our fault was shown."""
        self.upstream_done = True
        if not self.job.shown:
            self.job.skipped = f"the platform's side failed: {message}"

    def _pause(self, due: float) -> Script:
        """Until a monotonic second, so that lateness does not add up."""
        delay = due - time.monotonic()
        if delay > _LONGEST_TICK:
            yield from self.stream.wait(delay)
        elif delay > 0:
            yield from tick(self.stream.context.client, delay)
        if self.stream.paused_client_left():
            self.job.leave()
            self.job.how = "client_left"
        self.job.shown = True

    def _complete(self) -> Script:
        """The platform's answer has been passed on to its end."""
        if self.job.shown and self.job.how is None:
            self.job.how = "written"
        if self._trailers is not None:
            yield SendHttp(ResponseTrailers(self.stream.stream_id, self._trailers), self.stream.context.client)
        yield from self._finish_message("complete")
