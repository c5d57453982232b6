"""Webhooks pile up."""

from __future__ import annotations

from brownout.effects import Deliver, Program
from brownout.faults.base import Strike
from brownout.faults.delivering import Delivering


class WebhookHeld(Delivering):
    """Webhooks wait for the end of the phase, and reach the application all at once."""

    def program(self, strike: Strike) -> Program:
        """The webhook, when the phase is over."""
        return (Deliver(held=True),)
