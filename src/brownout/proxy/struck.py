"""A struck connection: in the place of TLS, it takes the client's first message and does what the fault says."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, assert_never

from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context

from brownout.edge.job import Job
from brownout.effects import (
    Again,
    Ask,
    Certificate,
    Deliver,
    Effect,
    End,
    Fin,
    Forward,
    ForwardHead,
    GoAway,
    Hang,
    Head,
    Messages,
    ResetStream,
    Rewrite,
    Rst,
    Send,
    Sequel,
    Wait,
)
from brownout.proxy import sockets
from brownout.proxy.waiting import WaitHook, flush
from brownout.terms import Ending

if TYPE_CHECKING:
    from brownout.edge.ledger import Ledger

Commands = Generator[Any, Any, Any]
_RECORD_HEAD = 5
_HANDSHAKE = 0x16


class StruckConnection(layer.Layer):
    """Carries one job's program out on a bare connection."""

    def __init__(self, context: Context, job: Job, ledger: Ledger) -> None:
        super().__init__(context)
        self.job = job
        self.ledger = ledger
        self._heard = bytearray()

    def handle_event(self, event: events.Event) -> Commands:
        """As mitmproxy's, but a client that leaves also ends a wait."""
        if isinstance(event, events.ConnectionClosed):
            self.job.leave()
        yield from super().handle_event(event)

    def _handle_event(self, event: events.Event) -> Commands:
        if isinstance(event, events.ConnectionClosed):
            yield from self._close("client_left")
        elif isinstance(event, events.DataReceived) and not self.job.over:
            # To close with bytes unread would be a reset, whatever was meant.
            self._heard += event.data
            if _whole(self._heard):
                for effect in self.job.program:
                    yield from self._perform(effect)

    def _perform(self, effect: Effect) -> Commands:
        match effect:
            case Send():
                self.job.bytes += len(effect.data)
                yield commands.SendData(self.context.client, effect.data)
            case Fin() | Rst():
                yield from self._end(effect)
            case Hang():
                yield from self._hang(effect)
            case (
                Wait() | Rewrite() | Ask() | Again() | Head() | ForwardHead() | Forward() | End() | Messages()
                | ResetStream() | GoAway() | Certificate() | Deliver() | Sequel()
            ):  # fmt: skip
                self.job.skipped = f"{type(effect).__name__} is nothing that can be done to a bare connection"
                yield from self._close("error")
            case _:
                assert_never(effect)

    def _end(self, effect: Fin | Rst) -> Commands:
        job, client = self.job, self.context.client
        match effect:
            case Fin():
                if (yield from flush(client)):
                    job.shown, job.how = True, "fin"
                yield from self._close("fin")
            case Rst():
                if sockets.reset(client):
                    job.shown, job.how = True, "rst"
                self.ledger.finish(job, "rst")
            case _:
                assert_never(effect)

    def _hang(self, effect: Hang) -> Commands:
        cap = self.ledger.longest_hang(time.monotonic())
        self.job.shown, self.job.how = True, "client_left"
        yield WaitHook((self.job, cap if effect.seconds is None else min(effect.seconds, cap)))
        if self.job.left:
            yield from self._close("client_left")
        else:
            self.job.how = "released"
            yield from self._close("fin")

    def _close(self, end: Ending) -> Commands:
        self.ledger.finish(self.job, end)
        yield commands.CloseConnection(self.context.client)


def _whole(heard: bytes | bytearray) -> bool:
    """Whether the first TLS record is complete; what is no TLS is answered at once."""
    if not heard or heard[0] != _HANDSHAKE:
        return bool(heard)
    return len(heard) >= _RECORD_HEAD and len(heard) >= _RECORD_HEAD + int.from_bytes(heard[3:5])
