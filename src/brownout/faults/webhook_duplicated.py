"""A webhook comes more than once."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Deliver, Program
from brownout.faults.base import Strike
from brownout.faults.delivering import Delivering


class WebhookDuplicated(Delivering):
    """A webhook reaches the application more than once, under the same id."""

    copies: int = Field(default=2, ge=2, le=100)
    """How often it comes in all."""

    def program(self, strike: Strike) -> Program:
        return (Deliver(copies=self.copies),)
