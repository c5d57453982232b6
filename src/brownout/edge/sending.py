"""The client's side of an exchange that is performed: heads, bodies, and every way for it to end."""

from __future__ import annotations

import time
from collections.abc import Callable

from brownout.edge.asking import Asking
from brownout.edge.job import Job
from brownout.edge.ledger import Ledger
from brownout.edge.port import Port, ResponseHead, Trailers
from brownout.effects import End, Head, Program, Send
from brownout.terms import Ending
from brownout.wire.framing import counter_for


class Sending:
    """What goes to the client of one job. ``passing``: the head that went out was the platform's own."""

    def __init__(self, port: Port, job: Job, ledger: Ledger) -> None:
        self.port = port
        self.job = job
        self.ledger = ledger
        self.head_sent = False
        self.passing = False
        self.ended = False
        self._count: Callable[[bytes], int] | None = None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to be sent, or nobody to send it to."""
        return self.ended or self.job.left or self.job.over

    async def head(self, head: ResponseHead) -> None:
        """Send a head, and note what it says."""
        job = self.job
        streamed = job.exchange.call.stream and head.status == 200
        self._count = counter_for(head.text(b"content-type"), streamed)
        await self.port.head(head, as_is=self.passing and job.rule is None)
        self.head_sent = True
        job.first_byte = time.monotonic() - job.started
        job.status = head.status
        job.asking = Asking(head, time.time())

    async def data(self, data: bytes) -> None:
        """Send bytes of the body, and count them."""
        if not data:
            return
        job = self.job
        job.bytes += len(data)
        job.meter.feed(data)
        if job.opening is not None:
            job.opening.feed(data)
        if job.asking is not None:
            job.asking.feed(data)
        if self._count is not None:
            job.events += self._count(data)
        await self.port.data(data)

    async def cut(self) -> None:
        """End the message cleanly, wherever it is: whole where it was made up."""
        if self.job.rule is None or await self.port.flush():
            self.job.shown, self.job.how = True, self.job.how or "written"
        await self._end("cut" if self.passing else "complete")

    async def complete(self, trailers: Trailers | None) -> None:
        """The platform's answer has been passed on to its end."""
        if self.job.shown and self.job.how is None:
            self.job.how = "written"
        if trailers is not None:
            await self.port.trailers(trailers)
        await self._end("complete")

    async def _end(self, end: Ending) -> None:
        self.ended = True
        self.ledger.finish(self.job, end)
        await self.port.end()

    async def fin(self) -> None:
        """Close without ending the message, as the fault says."""
        if await self.port.flush():
            self.job.shown, self.job.how = True, "fin"
        await self._close("fin")

    async def let_go(self) -> None:
        """Close on a client that was held for long enough."""
        await self.port.flush()
        self.job.how = "released"
        await self._close("fin")

    async def give_up(self) -> None:
        """Close because the platform cannot be had: never with a page of our own."""
        await self._close("error")

    async def _close(self, end: Ending) -> None:
        self.ended = True
        self.ledger.finish(self.job, end)
        await self.port.fin()

    async def rst(self) -> None:
        """Abort the connection by TCP RST, and write the row."""
        flushed = await self.port.flush()
        self.ended = True
        if await self.port.rst() and flushed:
            self.job.shown, self.job.how = True, "rst"
        self.ledger.finish(self.job, "rst")

    async def reset_stream(self, code: str) -> None:
        """Abort the one stream of HTTP/2."""
        await self.port.flush()
        self.ended = True
        if await self.port.reset_stream(code):
            self.job.shown, self.job.how = True, "rst_stream"
        self.ledger.finish(self.job, "rst_stream")

    async def go_away(self, code: str) -> None:
        """End the connection of HTTP/2 with a GOAWAY that has this error code."""
        await self.port.flush()
        self.ended = True
        if await self.port.go_away(code):
            self.job.shown, self.job.how = True, "goaway"
        self.ledger.finish(self.job, "goaway")

    async def left(self) -> None:
        """There is no client any more."""
        self.ended = True
        self.ledger.finish(self.job, "client_left")
        await self.port.forget()


def made_head(effect: Head, rest: Program) -> ResponseHead:
    """The head of a made-up answer; with its length where the rest of the program tells it."""
    fields = [(name.encode("latin-1", "replace"), value.encode("utf-8")) for name, value in effect.headers]
    length = _length_known(rest)
    if length is not None and not any(name.lower() == b"content-length" for name, _ in fields):
        fields.append((b"content-length", b"%d" % length))
    return ResponseHead(effect.status, tuple(fields))


def _length_known(rest: Program) -> int | None:
    """The body's length where the rest of a program is bytes and then the end."""
    *body, last = rest
    if isinstance(last, End) and all(isinstance(effect, Send) for effect in body):
        return sum(len(effect.data) for effect in body if isinstance(effect, Send))
    return None
