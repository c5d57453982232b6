"""Performing a fault's effects on one exchange, through whatever port it has."""

from __future__ import annotations

import time
from typing import assert_never

from brownout.edge.forwarding import Forwarding
from brownout.edge.job import Job
from brownout.edge.ledger import Ledger
from brownout.edge.port import ClientLeft, PlatformFailed, Port
from brownout.edge.receiving import Receiving
from brownout.edge.sending import Sending, made_head
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
    Sequel,
    Wait,
)
from brownout.fingerprints import SCANNED


class Performance:
    """Carries out one job's program. It awaits nothing but its port."""

    def __init__(self, port: Port, job: Job, ledger: Ledger) -> None:
        self.port = port
        self.job = job
        self.ledger = ledger
        self.client = Sending(port, job, ledger)
        self.platform = Receiving(port, job, ledger, self.client)
        self.forwarding = Forwarding(port, job, self.platform, self.client)

    async def run(self) -> None:
        """The whole program, effect by effect; at its end the exchange is over and recorded."""
        try:
            program = self.job.program
            for position, effect in enumerate(program):
                if self.client.over:
                    break
                await self._perform(effect, program[position + 1 :])
        except PlatformFailed as failure:
            self.platform.failed(str(failure))
            await self.client.give_up()
        except ClientLeft:
            pass
        if not self.client.ended:
            await self.client.left()

    async def _perform(self, effect: Effect, rest: Program) -> None:
        match effect:
            case Forward():
                await self.forwarding.forward(effect)
            case Head():
                await self.client.head(made_head(effect, rest))
            case Send() | Sequel():
                await self._send(effect)
            case End() | Fin() | Rst() | ResetStream() | GoAway():
                await self._end(effect)
            case Wait():
                await self._wait(effect.seconds)
            case Hang():
                await self._hang(effect)
            case Ask() | Again() | Rewrite() | ForwardHead() | Messages():
                await self._platform(effect)
            case Certificate():
                await self.forwarding.skip("a certificate is shown before there is a call")
            case Deliver():
                await self.forwarding.skip("it strikes what the platform sends, and this is a call to it")
            case _:
                assert_never(effect)

    async def _platform(self, effect: Ask | Again | Rewrite | ForwardHead | Messages) -> None:
        match effect:
            case Ask():
                await self.platform.keep(effect.most)
            case Again():
                await self.platform.again()
            case Rewrite():
                self.platform.rewrite(effect.edit)
            case ForwardHead():
                await self.forwarding.head()
            case Messages():
                # Once it is open, the carrier does the rest. A platform that does not open it is not struck.
                await self.forwarding.head()
                if not self.client.over:
                    await self.forwarding.skip("the platform did not open a WebSocket")
            case _:
                assert_never(effect)

    async def _end(self, effect: End | Fin | Rst | ResetStream | GoAway) -> None:
        match effect:
            case End():
                await self.client.cut()
            case Fin():
                await self.client.fin()
            case Rst():
                await self.client.rst()
            case ResetStream():
                await self.client.reset_stream(effect.code)
            case GoAway():
                await self.client.go_away(effect.code)
            case _:
                assert_never(effect)

    async def _send(self, effect: Send | Sequel) -> None:
        if isinstance(effect, Send):
            await self._made_up(effect.data)
        elif made := effect.make(tuple(self.forwarding.passed)):
            await self._made_up(made)
            if await self.port.flush():
                self.job.shown, self.job.how = True, "written"
        else:
            await self.forwarding.skip("the answer was over by then")

    async def _made_up(self, data: bytes) -> None:
        self.job.made_up += data[: max(0, SCANNED - len(self.job.made_up))]
        await self.client.data(data)

    async def _wait(self, seconds: float) -> None:
        await self.port.wait(seconds)
        self.job.shown = True
        if self.job.left:
            self.job.how = "client_left"

    async def _hang(self, effect: Hang) -> None:
        cap = self.ledger.longest_hang(time.monotonic())
        self.job.shown, self.job.how = True, "client_left"
        longest = cap if effect.seconds is None else min(effect.seconds, cap)
        if effect.beat:
            await self._beat(effect, time.monotonic() + longest)
        else:
            await self.port.wait(longest)
        if not self.job.left and not (effect.goes_on and not self.job.released):
            await self.client.let_go()
        elif effect.goes_on and not self.job.left:
            self.job.how = "written"

    async def _beat(self, effect: Hang, until: float) -> None:
        """Signs of life until a monotonic second, or until nobody is to be held any longer."""
        while (left := until - time.monotonic()) > 0 and not self.job.wake.is_set():
            await self.client.data(effect.beat)
            await self.port.wait(min(effect.every, left))
