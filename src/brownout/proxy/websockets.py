"""An open WebSocket: its frames are passed on byte for byte, and what the journal wants to know is read on the way.

In the place of mitmproxy's own layer, which puts every message together and writes it anew: masks, compression, the
order of control frames and the end of the connection would not be the peers' own.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mitmproxy import http
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.websocket import WebsocketEndHook, WebsocketMessageHook, WebsocketStartHook
from mitmproxy.websocket import WebSocketMessage

from brownout.calls import canary
from brownout.edge import frames
from brownout.edge.frames import CLOSE, Frame
from brownout.edge.job import Job
from brownout.proxy.side import Side
from brownout.terms import Ending

if TYPE_CHECKING:
    from brownout.edge.ledger import Ledger

Commands = Generator[commands.Command, Any, Any]
_SEARCHED = 200  # messages of a client in which a canary is looked for
_VIEWED = 1000  # messages that mitmproxy's own views keep


class Relay(layer.Layer):
    """One WebSocket between a client and a platform. ``views``: mitmproxy's own views want to see its messages."""

    def __init__(self, context: Context, flow: http.HTTPFlow, job: Job, ledger: Ledger, views: bool) -> None:
        super().__init__(context)
        self.flow, self.job, self.ledger, self.views = flow, job, ledger, views
        self.client = Side("client", context.server)
        self.platform = Side("platform", context.client)
        self.platform.reading = views
        self.closed = self.over = False
        job.let_go = self.let_go

    def _handle_event(self, event: events.Event) -> Commands:
        if isinstance(event, events.Start):
            yield from self.begin()
        elif isinstance(event, events.Wakeup):
            yield from self.wake()
        elif isinstance(event, events.DataReceived):
            yield from self.received(self._side(event), event.data)
        elif isinstance(event, events.ConnectionClosed):
            yield from self.gone(self._side(event))
        elif isinstance(event, events.MessageInjected):
            yield from self._inject(event.message)

    def _side(self, event: events.ConnectionEvent) -> Side:
        return self.client if event.connection == self.context.client else self.platform

    def _inject(self, message: WebSocketMessage) -> Commands:
        """A message that somebody typed into one of mitmproxy's views."""
        target = self.context.server if message.from_client else self.context.client
        data = frames.make(int(message.type), message.content, masked=message.from_client)
        yield commands.SendData(target, data)

    def begin(self) -> Commands:
        """The handshake is over: mitmproxy's views are told."""
        if self.views:
            yield WebsocketStartHook(self.flow)

    def received(self, side: Side, data: bytes) -> Commands:
        """Pass bytes of one side on, and note the frames that they complete."""
        if self.over:
            return
        yield commands.SendData(side.target, data)
        for frame in side.cutter.feed(data):
            yield from self.note(side, frame, side.read(frame))

    def wake(self) -> Commands:
        """A timer that a relay set has rung; this one sets none."""
        yield from ()

    def note(self, side: Side, frame: Frame, message: bytes | None, passed: bool = True) -> Commands:
        """Count a frame, and what ended with it: ``message`` holds its text where it is read."""
        if frame.control:
            if frame.opcode == CLOSE:
                if self.flow.websocket is not None and not self.closed:
                    self.flow.websocket.closed_by_client = side is self.client
                self.closed = True
                self.job.close_code = self.job.close_code or frame.close_code
            return
        side.came += frame.final
        if passed:
            side.passed += frame.final
            if side is self.client:
                self.job.received += frame.final
            else:
                self.job.bytes += frame.size
                self.job.events += frame.final
        if message is not None:
            yield from self._read(side, frame, message)

    def _read(self, side: Side, frame: Frame, message: bytes) -> Commands:
        if side is self.client and self.job.exchange.canary is None:
            mark = canary.find(message.decode("utf-8", "replace"))
            if mark is not None:
                self.job.exchange = replace(self.job.exchange, canary=mark)
        if self.views and self.flow.websocket is not None:
            viewed = self.flow.websocket.messages
            viewed.append(WebSocketMessage(frame.opcode or frames.TEXT, side is self.client, message))
            del viewed[:-_VIEWED]
            yield WebsocketMessageHook(self.flow)
        elif self.job.exchange.canary is not None or side.came >= _SEARCHED:
            side.reading = self.reads_on(side)

    def reads_on(self, side: Side) -> bool:
        """Whether messages are read when no canary is looked for any more."""
        return False

    def gone(self, side: Side) -> Commands:
        """One side's connection has ended: the other one ends as well."""
        if self.over:
            return
        self.over = True
        yield commands.CloseConnection(side.target)
        if side is self.client:
            # A client that has closed may still be written to, so mitmproxy would keep its half for ever.
            yield commands.CloseConnection(self.context.client)
        yield from self.end("complete" if self.closed else "client_left" if side is self.client else "error")

    def end(self, end: Ending) -> Commands:
        """It is over: write it down."""
        self.flow.live = False
        self.finish(end)
        if self.views and self.flow.websocket is not None:
            self.flow.websocket.timestamp_end = time.time()
            self.flow.websocket.close_code = self.job.close_code
            yield WebsocketEndHook(self.flow)

    def finish(self, end: Ending) -> None:
        """Write the journal's row; later calls change nothing."""
        self.ledger.finish(self.job, end)

    def let_go(self) -> None:
        """The drill ends or goes on to something else, while the connection may live on: write down what is known."""
        self.finish("released")
