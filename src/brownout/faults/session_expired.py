"""A WebSocket session has lasted as long as it may."""

from __future__ import annotations

from typing import ClassVar

from brownout.effects import Close, Messages, Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Strike
from brownout.faults.messages import Closing

_GOING_AWAY = 1001


class SessionExpired(Closing):
    """The platform says that the session hit its longest duration, unasked, and closes it."""

    services: ClassVar[str] = "*.realtime|*.responses"

    message: str | None = None
    """Replaces the platform's text."""

    def program(self, strike: Strike) -> Program:
        """The platform's messages up to the position, its error, and a close frame."""
        failure = Failure(FailureKind.TIMEOUT, id=strike.id, message=self.message)
        words = strike.platform.farewell(failure)
        return (Messages(Close(_GOING_AWAY, words=words), "platform", self.skip),)
