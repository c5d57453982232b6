"""A message that WhatsApp accepted never reaches its user."""

from __future__ import annotations

from typing import ClassVar, Literal

from brownout.effects import Forward, Program, Rewrite
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_fate import Doomed


class MessageUndelivered(Fault):
    """A message is accepted with its id, and later the webhook says that it failed: the user never gets it."""

    services: ClassVar[str] = "whatsapp.messages"
    standin: ClassVar[bool] = True

    code: Literal[131026, 131047, 131049] = 131026
    """Why: it cannot be delivered, the user wrote too long ago (24 hours), or WhatsApp chose not to."""

    def applies(self, call: Call) -> bool:
        """Only a message to a user; a mark that one was read is none."""
        return call.request.method == "POST" and call.body.get("status") != "read"

    def program(self, strike: Strike) -> Program:
        """The platform's acceptance, of a message that goes nowhere."""
        return (Rewrite(Doomed(code=self.code)), Forward())
