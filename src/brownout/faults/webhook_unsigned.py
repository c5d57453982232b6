"""A webhook does not prove where it comes from."""

from __future__ import annotations

from typing import Literal

from brownout.effects import Deliver, Program
from brownout.faults.base import Strike
from brownout.faults.delivering import Delivering


class WebhookUnsigned(Delivering):
    """A webhook reaches the application with a signature that is wrong, or with none."""

    signature: Literal["wrong", "missing"] = "wrong"
    """Made with another secret (wrong), or left out (missing)."""

    def program(self, strike: Strike) -> Program:
        """The webhook, which nobody should believe."""
        return (Deliver(signature=self.signature),)
