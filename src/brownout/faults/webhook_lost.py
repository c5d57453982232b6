"""A webhook never comes."""

from __future__ import annotations

from brownout.effects import Deliver, Program
from brownout.faults.base import Strike
from brownout.faults.delivering import Delivering


class WebhookLost(Delivering):
    """A webhook never reaches the application, and the platform does not know."""

    def program(self, strike: Strike) -> Program:
        """Nothing; it is not sent again either."""
        return (Deliver(copies=0),)
