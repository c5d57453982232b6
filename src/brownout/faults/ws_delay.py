"""Messages of a WebSocket come late."""

from __future__ import annotations

from pydantic import Field

from brownout.config.model import Seconds
from brownout.effects import Gaps, Late, Program
from brownout.faults.base import Strike
from brownout.faults.messages import Changing


class WsDelay(Changing):
    """Messages of a WebSocket come late, in their order; what is behind a late one waits with it."""

    delay: Seconds = 2.0
    """How late, in real time."""
    jitter: Seconds = 0.0
    """Up to so much more or less, by message."""
    count: int | None = Field(default=None, ge=1)
    """How many messages are held up; null for all that follow."""

    def program(self, strike: Strike) -> Program:
        """The platform's messages, some of them late."""
        return (self.messages(Late(Gaps(self.delay, self.jitter, strike.id)), self.count),)
