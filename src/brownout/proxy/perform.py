"""Performing a fault's effects on one mitmproxy stream. A generator: it yields commands, or NEXT for an event."""

from __future__ import annotations

import time
from typing import assert_never

from brownout.effects import Effect, End, Fin, Forward, ForwardHead, Hang, Head, Program, Rst, Send, Wait
from brownout.proxy.forwarding import Forwarding
from brownout.proxy.sending import Script


class Performance(Forwarding):
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
            case Forward():
                yield from self._forward(effect)
            case ForwardHead():
                yield from self._forward_head()
            case Head():
                yield from self._head(effect, rest)
            case Send():
                yield from self._send(effect.data)
            case Wait():
                yield from self._wait(effect.seconds)
            case Hang():
                yield from self._hang(effect)
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
        cap = self.engine.longest_hang(time.monotonic())
        self.job.shown, self.job.how = True, "client_left"
        yield from self.stream.wait(cap if effect.seconds is None else min(effect.seconds, cap))
        if not self.job.left:
            yield from self._fin("released")

    def _end(self) -> Script:
        written = (yield from self._flush()) if self.job.rule is not None else True
        if written:
            self.job.shown, self.job.how = True, self.job.how or "written"
        yield from self._finish_message("complete" if not self.asked else "cut")
