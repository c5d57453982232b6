"""The platform takes long before it says anything at all."""

from __future__ import annotations

from brownout.config.delay import DelayField, fixed
from brownout.effects import Forward, Program, Wait
from brownout.faults.base import Fault, Strike


class SlowHeaders(Fault):
    """The answer is whole, but its status and headers come late."""

    delay: DelayField = fixed(8.0)
    """Extra time before the headers, in real time: '8s', or a spread such as {uniform: [1s, 20s]}."""

    def program(self, strike: Strike) -> Program:
        return (Wait(self.delay.draw(strike.uniform("delay"))), Forward())
