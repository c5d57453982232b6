"""Carrying out what a fault does to the messages of a WebSocket."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, assert_never

from mitmproxy import http
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context

from brownout.edge import frames
from brownout.edge.frames import CLOSE, TEXT, Frame
from brownout.edge.job import Job
from brownout.effects import Close, Drop, Late, Messages, Refuse, Twice
from brownout.proxy import sockets
from brownout.proxy.side import Side
from brownout.proxy.waiting import flush
from brownout.proxy.websockets import Commands, Relay
from brownout.terms import Ending, How

if TYPE_CHECKING:
    from brownout.edge.ledger import Ledger

Passed = Generator[commands.Command, None, bool]
_PATIENCE = 2.0  # for the client's answer to a close frame
_GOING_AWAY = 1001


class StruckRelay(Relay):
    """One WebSocket with an effect on its messages. No compression was negotiated on it: frames can come and go."""

    def __init__(
        self, context: Context, flow: http.HTTPFlow, job: Job, ledger: Ledger, views: bool, effect: Messages
    ) -> None:
        super().__init__(context, flow, job, ledger, views)
        self.effect, self.refused = effect, 0
        self.active = True

    def begin(self) -> Commands:
        """The connection is open, and may be closed at once."""
        yield from super().begin()
        yield from self._close_here(self.platform, self.client)

    def received(self, side: Side, data: bytes) -> Commands:
        """Bytes came from one side: frame by frame, passed on or not."""
        for frame in side.cutter.feed(data):
            if self.over:
                if side is self.client and frame.opcode == CLOSE:  # the client's answer to ours
                    yield commands.CloseConnection(self.context.client)
                continue
            message = side.read(frame)
            passed = yield from self._strike(side, frame, message)
            yield from self.note(side, frame, message, passed)
            if frame.final and not frame.control:
                yield from self._close_here(side)

    def _strike(self, side: Side, frame: Frame, message: bytes | None) -> Passed:
        """Pass a frame on, or do to it what the fault says. Whether it went on its way."""
        change = self.effect.change
        if frame.opcode and not frame.control:
            side.struck = self.active and side.covered(self.effect)
            side.held.clear()
        if isinstance(change, Refuse):
            return (yield from self._refuse(side, frame, message, change))
        if frame.control or not side.struck:
            yield from self._pass(side, frame.raw)
            return True
        match change:
            case Drop():
                self._show("withheld")
                return False
            case Twice():
                yield from self._twice(side, frame)
            case Late():
                begins = bool(frame.opcode)
                wait = change.gaps.nth(side.late) if begins else 0.0
                side.late += begins
                yield from self._pass(side, frame.raw, wait)
            case Close():
                yield from self._pass(side, frame.raw)
            case _:
                assert_never(change)
        return True

    def _twice(self, side: Side, frame: Frame) -> Commands:
        side.held.append(frame.raw)
        yield from self._pass(side, frame.raw)
        if frame.final:
            yield from self._pass(side, b"".join(side.held))
            self._show("written")

    def _refuse(self, side: Side, frame: Frame, message: bytes | None, change: Refuse) -> Passed:
        """Keep a client's message back until it is whole; then the platform gets it, or the client is refused."""
        if frame.control or side is self.platform:
            yield from self._pass(side, frame.raw)
            return True
        side.held.append(frame.raw)
        if not frame.final:
            return False
        due = self.active and self.platform.passed >= self.effect.skip
        left = self.effect.count is None or self.refused < self.effect.count
        reply = change.reply(message or b"") if due and left else None
        if reply is not None:
            yield from self._say(reply)
        passes = reply is None or change.go_on
        if passes:
            yield from self._pass(side, b"".join(side.held))
        side.held.clear()
        if reply is not None and change.close is not None:
            yield from self.close(change.close)
        return passes

    def _say(self, reply: tuple[bytes, ...]) -> Commands:
        self.refused += 1
        for message in reply:
            yield from self._pass(self.platform, frames.make(TEXT, message))
            self.job.bytes += len(message)
            self.job.events += 1
        self._show("written")

    def reads_on(self, side: Side) -> bool:
        """What is to be refused must be read."""
        return side is self.client and isinstance(self.effect.change, Refuse)

    def _pass(self, side: Side, data: bytes, wait: float = 0.0) -> Commands:
        """Send on, as late as it is to be; never past what waits already."""
        if not wait and not side.waiting:
            yield commands.SendData(side.target, data)
        elif side.wait(data, time.monotonic() + wait):
            yield commands.RequestWakeup(wait)

    def wake(self) -> Commands:
        """Something is due; or a client had long enough to answer our close frame."""
        if self.over:
            yield commands.CloseConnection(self.context.client)
            return
        now = time.monotonic()
        for side in (self.platform, self.client):
            for data in side.due(now):
                yield commands.SendData(side.target, data)
                self._show("written")
            if side.waiting:
                yield commands.RequestWakeup(max(0.0, side.waiting[0][0] - now))
            elif side.gone:
                yield from super().gone(side)

    def gone(self, side: Side) -> Commands:
        """One side's connection has ended; what waits for a client that is still there goes out first."""
        side.gone = True
        if self.over:
            if side is self.client:
                yield commands.CloseConnection(self.context.client)
            return
        if side is self.platform and side.waiting:
            return
        if self.platform.waiting and not self.job.shown:
            self.job.shown, self.job.how = True, "client_left"
        yield from super().gone(side)

    def _close_here(self, *sides: Side) -> Commands:
        """Close where the fault's position is reached."""
        change = self.effect.change
        if self.over or not self.active or not isinstance(change, Close):
            return
        if any(self.effect.side in ("both", side.name) and side.came >= self.effect.skip for side in sides):
            yield from self.close(change)

    def close(self, change: Close) -> Commands:
        """End the connection: for the client as the fault says, for the platform politely."""
        self.over = True
        client, server = self.context.client, self.context.server
        for words in change.words:
            yield commands.SendData(client, frames.make(TEXT, words))
            self.job.bytes += len(words)
            self.job.events += 1
        if change.code is not None:
            yield commands.SendData(client, frames.make_close(change.code, change.reason))
        yield commands.SendData(server, frames.make_close(_GOING_AWAY, masked=True))
        yield commands.CloseConnection(server)
        flushed = yield from flush(client)
        if change.code is not None:
            self.job.close_code = change.code
            self._show("written" if flushed else None)
            yield from self.end("cut")
            yield commands.RequestWakeup(_PATIENCE)
        elif change.rst:
            self._show("rst" if sockets.reset(client) and flushed else None)
            yield from self.end("rst")
        else:
            self._show("fin" if flushed else None)
            yield commands.CloseConnection(client)
            yield from self.end("fin")

    def _show(self, how: How | None) -> None:
        """The fault has been carried out, on a client that is still there."""
        if how is not None and (how == "rst" or sockets.unsent(self.context.client) is not None):
            self.job.shown, self.job.how = True, self.job.how or how

    def finish(self, end: Ending) -> None:
        """Write the journal's row, and why nothing was struck where nothing was."""
        job = self.job
        if not job.shown and job.skipped is None and end not in ("cut", "fin", "rst"):
            came = f"{self.platform.came} messages from the platform and {self.client.came} from the client"
            job.skipped = f"the WebSocket ended before its place was reached, after {came}"
        super().finish(end)

    def let_go(self) -> None:
        """Let go of the connection: from now on every message passes."""
        self.active = False
        super().let_go()
