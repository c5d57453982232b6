"""Performing a fault's effects on one mitmproxy stream. A generator: it yields commands, or NEXT for an event."""

from __future__ import annotations

import time
from typing import assert_never

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
    Program,
    ResetStream,
    Rewrite,
    Rst,
    Send,
    Wait,
)
from brownout.proxy.http2 import Http2Endings
from brownout.proxy.sending import Script


class Performance(Http2Endings):
    """Carries out one job's program."""

    def run(self) -> Script:
        """The whole program, effect by effect."""
        program = self.job.program
        for position, effect in enumerate(program):
            if self._over():
                break
            yield from self._perform(effect, program[position + 1 :])
        if not self._ended and not self.job.over:
            yield from self._client_left()

    def _perform(self, effect: Effect, rest: Program) -> Script:
        match effect:
            case Ask() | Again() | Forward() | ForwardHead() | Messages():
                yield from self._from_platform(effect)
            case Rewrite():
                self._rewrite(effect.edit)
            case Head():
                yield from self._head(effect, rest)
            case Send():
                yield from self._send(effect.data)
            case Wait():
                yield from self._wait(effect.seconds)
            case Hang():
                yield from self._hang(effect)
            case End() | Fin() | Rst():
                yield from self._ending(effect)
            case ResetStream() | GoAway() | Certificate() | Deliver():
                yield from self._wire(effect)
            case _:
                assert_never(effect)

    def _from_platform(self, effect: Ask | Again | Forward | ForwardHead | Messages) -> Script:
        match effect:
            case Ask():
                yield from self._ask()
            case Again():
                yield from self._again()
            case Forward():
                yield from self._forward(effect)
            case ForwardHead():
                yield from self._forward_head()
            case Messages():
                yield from self._websocket()
            case _:
                assert_never(effect)

    def _websocket(self) -> Script:
        """Have the platform open it; the stream carries out the rest. A platform that does not is not struck."""
        yield from self._forward_head()
        if not self._over():
            yield from self._skip("the platform did not open a WebSocket")

    def _ending(self, effect: End | Fin | Rst) -> Script:
        match effect:
            case End():
                yield from self._end()
            case Fin():
                yield from self._fin("fin")
            case Rst():
                yield from self._rst()
            case _:
                assert_never(effect)

    def _wait(self, seconds: float) -> Script:
        yield from self.stream.wait(seconds)
        self.job.shown = True
        if self.job.left:
            self.job.how = "client_left"

    def _hang(self, effect: Hang) -> Script:
        cap = self.ledger.longest_hang(time.monotonic())
        self.job.shown, self.job.how = True, "client_left"
        longest = cap if effect.seconds is None else min(effect.seconds, cap)
        if effect.beat:
            yield from self._beat(effect, time.monotonic() + longest)
        else:
            yield from self.stream.wait(longest)
        if not self.job.left:
            yield from self._fin("released")

    def _beat(self, effect: Hang, until: float) -> Script:
        """Signs of life until a monotonic second, or until nobody is to be held any longer."""
        while (left := until - time.monotonic()) > 0 and not self.job.wake.is_set():
            yield from self._send(effect.beat)
            yield from self.stream.wait(min(effect.every, left))

    def _end(self) -> Script:
        written = (yield from self._flush()) if self.job.rule is not None else True
        if written:
            self.job.shown, self.job.how = True, self.job.how or "written"
        yield from self._finish_message("cut" if self.passing else "complete")
