"""Passing the platform's own answer on: whole, up to a point, paced, or changed."""

from __future__ import annotations

import time
from collections import deque

from brownout.edge.changes import Changes
from brownout.edge.job import PASS_THROUGH, Job
from brownout.edge.port import Port, ResponseHead
from brownout.edge.receiving import Receiving, cutter_of
from brownout.edge.sending import Sending
from brownout.effects import Edit, End, Forward, Gaps, Inside, Sequel
from brownout.wire.edits import torn

_NO_STREAM = "the platform's answer was not a stream of events"
_UNCHANGED = "there was nothing in the platform's answer to change"


class Forwarding:
    """From the platform to the client of one job. ``passed``: the events that went out, where a sequel needs them."""

    def __init__(self, port: Port, job: Job, platform: Receiving, client: Sending) -> None:
        self.port = port
        self.job = job
        self.platform = platform
        self.client = client
        self.passed: list[bytes] = []
        self._remembers = any(isinstance(effect, Sequel) for effect in job.program)

    async def head(self) -> None:
        """Ask the platform, wait for its head, pass it on."""
        if not self.client.head_sent:
            head = await self.platform.head()
            if head is not None:
                await self._pass_head(head)

    async def _pass_head(self, head: ResponseHead) -> None:
        program = self.job.program
        if program != PASS_THROUGH:
            self.platform.cutter = cutter_of(head, self.job.exchange.call.stream)
            # The body will not be as long as the platform said.
            if isinstance(program[-1], End) or any(isinstance(effect, Forward) and effect.edit for effect in program):
                head = head.without(b"content-length")
        self.client.passing = True
        await self.client.head(head)

    async def forward(self, effect: Forward) -> None:
        """Forward the platform's answer as far as the effect says, with the changes that it says."""
        if effect.edit is not None and not self.client.head_sent:
            head = await self.platform.head()
            if head is None:
                return
            if "event-stream" not in head.text(b"content-type") and not cutter_of(head, self.job.exchange.call.stream):
                await self._changed_body(head, effect.edit)
                return
            await self._pass_head(head)
        await self.head()
        if self.client.over:
            return
        if effect.piece is not None:
            await self._in_pieces(effect.piece, effect.gaps)
        elif effect.events is not None or effect.left is not None or effect.gaps is not None or effect.edit is not None:
            await self._events(effect)
        elif effect.size is not None:
            await self._bytes(effect.size)
        else:
            await self.rest()

    async def rest(self) -> None:
        """All that is left, to the end of the message."""
        platform, client = self.platform, self.client
        platform.stop_cutting()
        while platform.pieces:
            await client.data(platform.pieces.popleft())
        while not client.over:
            if platform.whole:
                await client.complete(platform.trailers)
                return
            data = await platform.data()
            if data:
                await client.data(data)

    async def skip(self, why: str) -> None:
        """The fault cannot be carried out: say so, and let the answer through."""
        self.job.skipped = why
        await self.head()
        await self.rest()

    async def _events(self, effect: Forward) -> None:
        if self.platform.cutter is None:
            await self.skip(_NO_STREAM)
            return
        if effect.left is not None:
            await self._all_but(effect.left)
            if effect.inside is not None:
                await self._torn(effect.inside, 0)
            return
        changes = Changes(effect.edit) if effect.edit is not None else None
        wanted, index, due = effect.events, 0, time.monotonic()
        while wanted is None or index < wanted:
            piece = await self.platform.piece()
            if self.client.over:
                return
            if piece is None:
                await self._stream_ended(changes, index, wanted)
                return
            due = await self._pace(effect.gaps, index, due)
            await self._changed(changes.feed(piece) if changes else (piece,), changes)
            index += 1
        await self._changed(changes.rest() if changes else (), changes)
        if effect.inside is not None:
            await self._torn(effect.inside, index)

    async def _all_but(self, left: int) -> None:
        """Each event once so many are known to come after it; the last ones stay where they are."""
        held: deque[bytes] = deque()
        while not self.client.over:
            piece = await self.platform.piece()
            if piece is None:
                break
            held.append(piece)
            if len(held) > left:
                await self._changed((held.popleft(),), None)
        self.platform.pieces.extend(held)

    async def _torn(self, inside: Inside, index: int) -> None:
        """The beginning of one more event."""
        piece = await self.platform.piece()
        if piece is not None:
            await self.client.data(torn(piece, inside))
        elif not self.client.over:
            await self._stream_ended(None, index, index + 1)

    async def _changed(self, events: tuple[bytes, ...], changes: Changes | None) -> None:
        for event in events:
            await self.client.data(event)
        if self._remembers:
            self.passed.extend(events)
        if changes is not None and changes.visible:
            self.job.shown = True

    async def _stream_ended(self, changes: Changes | None, events: int, wanted: int | None) -> None:
        """There are no more events: what was held back goes out, and what was left of one."""
        if changes is not None:
            await self._changed(changes.rest(), changes)
            if not self.job.shown:
                self.job.skipped = _UNCHANGED
        if wanted is not None:
            self.job.skipped = f"the answer ended after {events} events, before {wanted}"
        await self.rest()

    async def _changed_body(self, head: ResponseHead, edit: Edit) -> None:
        """A plain answer, changed as a whole: it is read to its end before its head goes out."""
        platform, client = self.platform, self.client
        body = bytearray()
        while not platform.whole and not client.over:
            body += await platform.data()
        if client.over:
            return
        before = self.port.decoded(head, bytes(body))
        after = edit.body(before)
        client.passing = True
        if after == before:
            self.job.skipped = _UNCHANGED
            await client.head(head)
            await client.data(bytes(body))
        else:
            await client.head(head.without(b"content-encoding").of_length(len(after)))
            await client.data(after)
            self.job.shown = True
        await client.complete(platform.trailers)

    async def _in_pieces(self, size: int, gaps: Gaps | None) -> None:
        self.platform.stop_cutting()
        index, due = 0, time.monotonic()
        while not self.client.over:
            data = await self.platform.piece()
            if data is None:
                break
            for start in range(0, len(data), size):
                due = await self._pace(gaps, index, due)
                if self.client.over:
                    return
                await self.client.data(data[start : start + size])
                index += 1
        if not self.client.over:
            if not self.job.shown:
                self.job.skipped = f"the answer was over after {index} pieces"
            await self.client.complete(self.platform.trailers)

    async def _bytes(self, wanted: int) -> None:
        self.platform.stop_cutting()
        left = wanted
        while left > 0:
            piece = await self.platform.piece()
            if self.client.over:
                return
            if piece is None:
                await self.skip(f"the answer ended after {wanted - left} bytes, before {wanted}")
                return
            await self.client.data(piece[:left])
            if len(piece) > left:
                self.platform.pieces.appendleft(piece[left:])
            left -= len(piece)

    async def _pace(self, gaps: Gaps | None, index: int, due: float) -> float:
        """Wait until it is the turn of an event, by a monotonic second, so that lateness does not add up.

        Returns when that was; the first one is never late.
        """
        if gaps is None:
            return due
        if not index:
            return time.monotonic()
        due += gaps.nth(index)
        await self.port.pause(due - time.monotonic())
        if self.job.left:
            self.job.how = "client_left"
        self.job.shown = True
        return due
