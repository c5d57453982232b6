"""The platform's side of one job: asking, the answer as it comes or as it was kept, and what to do without one."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from mitmproxy import http
from mitmproxy.proxy.layers.http import ResponseData, ResponseEndOfMessage, ResponseHeaders, ResponseTrailers

from brownout.effects import BodyEdit
from brownout.proxy.job import Job
from brownout.proxy.sending import Script, Sending
from brownout.wire.framing import Cutter

if TYPE_CHECKING:
    from brownout.proxy.engine import Engine
    from brownout.proxy.stream import FaultStream

NEXT: Any = object()


class Receiving(Sending):
    """What comes from the platform. Yields NEXT for its next event."""

    def __init__(self, stream: FaultStream, job: Job, engine: Engine) -> None:
        super().__init__(stream, job, engine)
        self._cutter: Cutter | None = None
        self._pieces: deque[bytes] = deque()
        self._kept: deque[Any] = deque()
        self._trailers: http.Headers | None = None

    def _rewrite(self, edit: BodyEdit) -> None:
        """Change the request; it is shown once that is sent on."""
        request = self.stream.flow.request
        before = request.data.content or b""
        after = edit.body(before)
        if after == before:
            self.job.skipped = "there was nothing in the request to change"
            return
        request.data.content = after
        if "transfer-encoding" not in request.headers:
            request.headers["content-length"] = str(len(after))
        self.job.shown = True

    def _ask_once(self) -> Script:
        """Send the request on, if that was not done yet."""
        if self.asked:
            return
        problem = yield from self.stream.ask_platform()
        self.asked = True
        if problem is not None:
            yield from self._unreachable(problem)

    def _ask(self) -> Script:
        """Have the work done: the whole answer is read and kept."""
        cap = self.engine.longest_hang(time.monotonic())
        self.job.keeping = True
        yield from self._ask_once()
        if self._over():
            return
        yield from self.stream.wait(cap)
        self.job.keeping = False
        finished = False
        while not finished and not self._over() and self.stream.has_events():
            event = yield NEXT
            finished = self.kept_whole = isinstance(event, ResponseEndOfMessage)
            if isinstance(event, ResponseHeaders):
                self.job.upstream_status = event.response.status_code
                finished = event.response.status_code == 101
            self._kept.append(event)
        if self._over():
            return
        if not finished:
            slow = "was still at work when the call was let go" if self.job.released else "had not answered"
            self.job.skipped = f"the platform {slow}, after at most {cap:.0f} s"
            yield from self._fin("released")
        elif not self.job.released:
            self.job.wake.clear()

    def _again(self) -> Script:
        """Have the platform get the request a second time."""
        problem = yield from self.stream.ask_again()
        if problem is None:
            self.job.shown = True
        else:
            self.engine.note(problem)
            self.job.skipped = problem

    def _event(self) -> Script:
        """The platform's next event, or the next that was kept."""
        if self._kept:
            return self._kept.popleft()
        return (yield NEXT)

    def _await_head(self) -> Script:
        """The platform's head; None where there is none to pass on."""
        yield from self._ask_once()
        while not self._over():
            event = yield from self._event()
            if not isinstance(event, ResponseHeaders):
                continue
            status = self.job.upstream_status = event.response.status_code
            if status == 101:
                yield from self._upgraded(event)
            elif status >= 200:
                return event.response
        return None

    def _upgraded(self, event: ResponseHeaders) -> Script:
        """The call became a WebSocket, which the stream relays from here on."""
        job = self.job
        job.status, self._ended = 101, True
        job.first_byte = time.monotonic() - job.started
        if job.rule is not None and job.messages is None:
            if job.shown:
                job.how = job.how or "written"
            else:
                job.skipped = job.skipped or "the call became a WebSocket"
        yield from self.stream.hand_over(event)

    def _receive(self) -> Script:
        """The platform's next body bytes; b"" for anything else, and ``upstream_done`` at the end."""
        event = yield from self._event()
        if isinstance(event, ResponseData):
            return event.data
        if isinstance(event, ResponseTrailers):
            self._trailers = event.trailers
        elif isinstance(event, ResponseEndOfMessage):
            self.upstream_done = True
        return b""

    def _next_piece(self) -> Script:
        """The next whole event (or the next bytes, where nothing is cut); None when there is no more."""
        while not self._pieces and not self._over():
            if self.upstream_done:
                return None
            data = yield from self._receive()
            if data:
                self._pieces.extend(self._cutter.feed(data) if self._cutter else [data])
        return self._pieces.popleft() if self._pieces else None

    def _stop_cutting(self) -> None:
        """From here on the bytes go as they come; none is lost."""
        if self._cutter is not None:
            left = self._cutter.rest()
            self._cutter = None
            if left:
                self._pieces.append(left)

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
            self.job.skipped = self.job.skipped or f"the platform's side failed: {message}"
