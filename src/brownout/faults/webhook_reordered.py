"""A webhook is overtaken."""

from __future__ import annotations

from pydantic import Field

from brownout.config.model import Seconds
from brownout.effects import Deliver, Program
from brownout.faults.base import Strike
from brownout.faults.delivering import Delivering
from brownout.faults.waits import Waits


class WebhookReordered(Waits, Delivering):
    """A webhook reaches the application behind later ones about the same user."""

    behind: int = Field(default=1, ge=1, le=100)
    """How many later ones overtake it."""
    within: Seconds = 600.0
    """The longest that it waits for these, in incident time; it goes alone where they do not come."""

    def program(self, strike: Strike) -> Program:
        """The webhook, once others have gone before it."""
        return (Deliver(behind=self.behind, within=self.lasts(self.within, strike)),)
