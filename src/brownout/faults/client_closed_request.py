"""The platform stalls, and then says that the client has left."""

from __future__ import annotations

from brownout.config.model import Seconds
from brownout.effects import Program, Wait
from brownout.faults.base import Fault, Strike, answer_with
from brownout.faults.making import page


class ClientClosedRequest(Fault):
    """The web server in front of the platform waits, then answers 499 as if the client had given up."""

    wait: Seconds = 30.0
    """Silence before it, in real time."""

    def program(self, strike: Strike) -> Program:
        """Silence, and then a 499 in the style of nginx."""
        error = answer_with(page(499, "Client Closed Request"))
        return (Wait(self.wait), *error) if self.wait else error
