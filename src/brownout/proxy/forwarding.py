"""Passing the platform's own answer on: whole, up to a point, paced, or changed. Part of a performance."""

from __future__ import annotations

import time

from mitmproxy import http
from mitmproxy.proxy.layers.http import ResponseTrailers, SendHttp

from brownout.effects import Edit, End, Forward, Gaps
from brownout.proxy.changes import Changes
from brownout.proxy.job import PASS_THROUGH
from brownout.proxy.receiving import Receiving
from brownout.proxy.sending import Script
from brownout.proxy.waiting import tick
from brownout.wire.edits import torn
from brownout.wire.framing import Cutter, cutter_for

_LONGEST_TICK = 0.5  # a longer pause must notice a client that leaves
_NO_STREAM = "the platform's answer was not a stream of events"
_UNCHANGED = "there was nothing in the platform's answer to change"


class Forwarding(Receiving):
    """From the platform to the client."""

    def _forward_head(self) -> Script:
        """Ask the platform, wait for its head, pass it on."""
        if not self._head_sent:
            response = yield from self._await_head()
            if response is not None:
                yield from self._pass_head(response)

    def _pass_head(self, response: http.Response) -> Script:
        program = self.job.program
        if program != PASS_THROUGH:
            self._cutter = self._cutter_of(response)
            # The body will not be as long as the platform said.
            if isinstance(program[-1], End) or any(isinstance(effect, Forward) and effect.edit for effect in program):
                response.headers.pop("content-length", None)
        self.passing = True
        yield from self._send_head(response)

    def _cutter_of(self, response: http.Response) -> Cutter | None:
        """A cutter for an answer's events; None where it is no stream, or compressed."""
        if "content-encoding" in response.headers:
            return None
        streamed = self.job.exchange.call.stream and response.status_code == 200
        return cutter_for(response.headers.get("content-type", ""), streamed)

    def _forward(self, effect: Forward) -> Script:
        if effect.edit is not None and not self._head_sent:
            response = yield from self._await_head()
            if response is None:
                return
            if "event-stream" not in response.headers.get("content-type", "") and self._cutter_of(response) is None:
                yield from self._forward_changed_body(response, effect.edit)
                return
            yield from self._pass_head(response)
        yield from self._forward_head()
        if self._over():
            return
        if effect.piece is not None:
            yield from self._forward_pieces(effect.piece, effect.gaps)
        elif effect.events is not None or effect.gaps is not None or effect.edit is not None:
            yield from self._forward_events(effect)
        elif effect.size is not None:
            yield from self._forward_size(effect.size)
        else:
            yield from self._forward_rest()

    def _forward_rest(self) -> Script:
        self._stop_cutting()
        while self._pieces:
            yield from self._send(self._pieces.popleft())
        while not self._over():
            if self.upstream_done:
                yield from self._complete()
                return
            data = yield from self._receive()
            if data:
                yield from self._send(data)

    def _forward_events(self, effect: Forward) -> Script:
        if self._cutter is None:
            yield from self._skip(_NO_STREAM)
            return
        changes = Changes(effect.edit) if effect.edit is not None else None
        wanted, index, due = effect.events, 0, time.monotonic()
        while wanted is None or index < wanted:
            piece = yield from self._next_piece()
            if self._over():
                return
            if piece is None:
                yield from self._stream_ended(changes, index, wanted)
                return
            due = yield from self._pace(effect.gaps, index, due)
            yield from self._send_changed(changes.feed(piece) if changes else (piece,), changes)
            index += 1
        yield from self._send_changed(changes.rest() if changes else (), changes)
        if effect.inside is not None:
            piece = yield from self._next_piece()
            if piece is None and not self._over():
                yield from self._stream_ended(None, index, index + 1)
            elif piece is not None:
                yield from self._send(torn(piece, effect.inside))

    def _send_changed(self, events: tuple[bytes, ...], changes: Changes | None) -> Script:
        for event in events:
            yield from self._send(event)
        if changes is not None and changes.visible:
            self.job.shown = True

    def _stream_ended(self, changes: Changes | None, events: int, wanted: int | None) -> Script:
        """There are no more events: what was held back goes out, and what was left of one."""
        if changes is not None:
            yield from self._send_changed(changes.rest(), changes)
            if not self.job.shown:
                self.job.skipped = _UNCHANGED
        if wanted is not None:
            self.job.skipped = f"the answer ended after {events} events, before {wanted}"
        yield from self._forward_rest()

    def _forward_changed_body(self, response: http.Response, edit: Edit) -> Script:
        """A plain answer, changed as a whole: it is read to its end before its head goes out."""
        body = bytearray()
        while not self.upstream_done and not self._over():
            body += yield from self._receive()
        if self._over():
            return
        changed = response.copy()
        changed.data.content = bytes(body)
        changed.decode(strict=False)
        before = changed.data.content
        after = edit.body(before)
        self.passing = True
        if after == before:
            self.job.skipped = _UNCHANGED
            yield from self._send_head(response)
            yield from self._send(bytes(body))
        else:
            if "content-length" in changed.headers:
                changed.headers["content-length"] = str(len(after))
            changed.data.content = None
            yield from self._send_head(changed)
            yield from self._send(after)
            self.job.shown = True
        yield from self._complete()

    def _forward_pieces(self, size: int, gaps: Gaps | None) -> Script:
        self._stop_cutting()
        index, due = 0, time.monotonic()
        while not self._over():
            data = yield from self._next_piece()
            if data is None:
                break
            for start in range(0, len(data), size):
                due = yield from self._pace(gaps, index, due)
                if self._over():
                    return
                yield from self._send(data[start : start + size])
                index += 1
        if not self._over():
            if not self.job.shown:
                self.job.skipped = f"the answer was over after {index} pieces"
            yield from self._complete()

    def _forward_size(self, wanted: int) -> Script:
        self._stop_cutting()
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

    def _pace(self, gaps: Gaps | None, index: int, due: float) -> Script:
        """Wait until it is the turn of an event. Returns when that was; the first one is never late."""
        if gaps is None:
            return due
        if not index:
            return time.monotonic()
        due += gaps.nth(index)
        yield from self._pause(due)
        return due

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
