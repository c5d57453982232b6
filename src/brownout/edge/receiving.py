"""The platform's side of an exchange that is performed: asking, the answer as it comes or was kept, and none."""

from __future__ import annotations

import time
from collections import deque

from brownout.edge.job import Job
from brownout.edge.ledger import Ledger
from brownout.edge.port import Heard, Port, ResponseHead, Trailers, Whole
from brownout.edge.sending import Sending
from brownout.effects import BodyEdit
from brownout.wire.framing import Cutter, cutter_for


class Receiving:
    """What comes from the platform of one job.

    ``whole``: there is no more of it; ``trailers`` came behind its body. ``pieces`` came and are not passed on yet:
    whole events, while there is a ``cutter``.
    """

    def __init__(self, port: Port, job: Job, ledger: Ledger, client: Sending) -> None:
        self.port = port
        self.job = job
        self.ledger = ledger
        self.client = client
        self.whole = False
        self.trailers: Trailers | None = None
        self.cutter: Cutter | None = None
        self._asked = False
        self.pieces: deque[bytes] = deque()
        self._kept: deque[Heard] = deque()

    def rewrite(self, edit: BodyEdit) -> None:
        """Change the request; it is shown once that is sent on."""
        before = self.port.body
        after = edit.body(before)
        if after == before:
            self.job.skipped = "there was nothing in the request to change"
            return
        self.port.rewrite(after)
        self.job.shown = True

    async def _ask_once(self) -> None:
        """Send the request on, if that was not done yet."""
        if self._asked:
            return
        self._asked = True
        problem = await self.port.ask()
        if problem is not None:
            self.ledger.note(problem)
            self.job.skipped = self.job.skipped or problem
            await self.client.give_up()

    async def keep(self, most: float | None = None) -> None:
        """Have the work done: the whole answer is read and kept, or what comes of it in so many seconds."""
        job, cap = self.job, self.ledger.longest_hang(time.monotonic())
        if most is not None:
            if not self.whole:
                self._kept.extend(await self.port.keep(min(most, cap)))
            return
        await self._ask_once()
        if self.client.over:
            return
        self._kept.extend(await self.port.keep(cap))
        heads = [heard for heard in self._kept if isinstance(heard, ResponseHead)]
        if heads:
            job.upstream_status = heads[-1].status
        if self.client.over or (self._kept and (isinstance(self._kept[-1], Whole) or job.upstream_status == 101)):
            return
        slow = "was still at work when the call was let go" if job.released else "had not answered"
        job.skipped = f"the platform {slow}, after at most {cap:.0f}s"
        await self.client.let_go()

    async def again(self) -> None:
        """Have the platform get the request a second time."""
        problem = await self.port.ask_again()
        if problem is None:
            self.job.shown = True
        else:
            self.ledger.note(problem)
            self.job.skipped = problem

    async def head(self) -> ResponseHead | None:
        """The platform's head; None where there is none to pass on."""
        await self._ask_once()
        while not self.client.over:
            heard = self._kept.popleft() if self._kept else await self.port.hear()
            if not isinstance(heard, ResponseHead):
                continue
            self.job.upstream_status = heard.status
            if heard.status == 101:
                await self._upgraded(heard)
            elif heard.status >= 200:
                return heard
        return None

    async def _upgraded(self, head: ResponseHead) -> None:
        """The call became a WebSocket, which the carrier relays from here on."""
        job = self.job
        job.status, self.client.ended = 101, True
        job.first_byte = time.monotonic() - job.started
        if job.rule is not None and job.messages is None:
            if job.shown:
                job.how = job.how or "written"
            else:
                job.skipped = job.skipped or "the call became a WebSocket"
        await self.port.upgrade(head)

    async def data(self) -> bytes:
        """The next bytes of the body; b"" for anything else, and ``whole`` at the end."""
        heard = self._kept.popleft() if self._kept else await self.port.hear()
        if isinstance(heard, bytes):
            return heard
        if isinstance(heard, Trailers):
            self.trailers = heard
        elif isinstance(heard, Whole):
            self.whole = True
        return b""

    async def piece(self) -> bytes | None:
        """The next whole event (or the next bytes, where nothing is cut); None when there is no more."""
        while not self.pieces and not self.client.over:
            if self.whole:
                return None
            data = await self.data()
            if data:
                self.pieces.extend(self.cutter.feed(data) if self.cutter else [data])
        return self.pieces.popleft() if self.pieces else None

    def stop_cutting(self) -> None:
        """From here on the bytes come as they are; none is lost."""
        if self.cutter is not None:
            left = self.cutter.rest()
            self.cutter = None
            if left:
                self.pieces.append(left)

    def failed(self, message: str) -> None:
        """The platform's side broke in the middle: nothing more is waited for."""
        self.whole = True
        if not self.job.shown:
            self.job.skipped = self.job.skipped or f"the platform's side failed: {message}"


def cutter_of(head: ResponseHead, streamed: bool) -> Cutter | None:
    """A cutter for an answer's events; None where it is no stream, or compressed. ``streamed``: the call wants one."""
    if b"content-encoding" in head.names:
        return None
    return cutter_for(head.text(b"content-type"), streamed and head.status == 200)
