"""The CDN in front of the platform answers, because the platform does not."""

from __future__ import annotations

from typing import Literal

from brownout.config.model import Seconds
from brownout.effects import Program, Wait
from brownout.exchange import Page
from brownout.faults.base import Fault, Strike, answer_with


class GatewayError(Fault):
    """The CDN in front of the platform answers with a page of its own, which is no JSON of the platform's."""

    status: Literal[429, 502, 503, 504, 520, 521, 522, 523, 524, 530] = 502
    """HTTP status; a challenge is a 403 whatever it says. 429 is the CDN's own limit, none of the platform's."""
    page: Page = "html"
    """What comes: the long HTML page, the short one (nginx), problem JSON, what Accept asks for, challenge, nothing."""
    delay: Seconds = 0.0
    """Silence before it, in real time: a 504, 522 or 524 comes only after the CDN has waited."""

    def program(self, strike: Strike) -> Program:
        """The CDN's page instead of an answer."""
        page = answer_with(strike.platform.gateway(self.status, self.page, strike.id))
        return (Wait(self.delay), *page) if self.delay else page
