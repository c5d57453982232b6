"""A webhook comes late."""

from __future__ import annotations

from brownout.config.model import Seconds
from brownout.effects import Deliver, Program
from brownout.faults.base import Strike
from brownout.faults.delivering import Delivering
from brownout.faults.waits import Waits


class WebhookLate(Waits, Delivering):
    """A webhook reaches the application late; those behind it do not wait."""

    delay: Seconds = 600.0
    """How late, in incident time."""
    jitter: Seconds = 0.0
    """Up to so much more or less, in incident time."""

    def program(self, strike: Strike) -> Program:
        late = max(0.0, self.delay + (2 * strike.uniform("jitter") - 1) * self.jitter)
        return (Deliver(delay=self.lasts(late, strike)),)
