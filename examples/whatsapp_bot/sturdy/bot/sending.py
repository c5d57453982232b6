"""The one way out to WhatsApp: in order, not faster than it wants, and not at all while it refuses us."""

from __future__ import annotations

import logging
import random
import time

from starlette.concurrency import run_in_threadpool

from . import words
from .channel import Channel, Unsent
from .queues import Outbox, Outgoing
from .settings import Settings

log = logging.getLogger(__name__)

_WIDTH = 8
_LONGEST_PAUSE = 30.0


class Gate:
    """Whether we may call WhatsApp now."""

    def __init__(self, probe: float) -> None:
        self._probe = probe
        self._opens = 0.0
        self.refused = False

    @property
    def wait(self) -> float:
        """Seconds until the next call."""
        return max(0.0, self._opens - time.monotonic())

    @property
    def width(self) -> int:
        """How many calls may be made at once: where WhatsApp refused us, only one finds out whether it still does."""
        return 1 if self.refused else _WIDTH

    def passed(self) -> None:
        """A call went well."""
        self.refused = False

    def failed(self, unsent: Unsent) -> None:
        """A call did not."""
        if unsent.refused:
            if not self.refused:
                log.error("WhatsApp refuses us, so we stop sending: %s", unsent)
            self.refused = True
            self._pause(self._probe)
        elif unsent.retry_after and not unsent.pair:
            self._pause(unsent.retry_after)

    def _pause(self, seconds: float) -> None:
        self._opens = max(self._opens, time.monotonic() + seconds)


class Sender:
    """Carries the outbox to WhatsApp."""

    def __init__(self, channel: Channel, outbox: Outbox, settings: Settings) -> None:
        self._channel = channel
        self._outbox = outbox
        self._attempts = settings.sends
        self.gate = Gate(settings.probe)

    async def send(self, outgoing: Outgoing) -> None:
        """One message; if it cannot be sent now, later."""
        text, told = outgoing.text, None
        if outgoing.day is None and (told := await run_in_threadpool(self._outbox.untold, outgoing.phone)):
            text = f"{words.notice(told)}\n\n{text}"
        try:
            await self._channel.send(outgoing.phone, text, outgoing.quotes)
        except Unsent as unsent:
            await self._failed(outgoing, unsent)
            return
        self.gate.passed()
        await run_in_threadpool(self._outbox.sent, outgoing)
        if told:
            await run_in_threadpool(self._outbox.told, outgoing.phone, told)

    async def read(self, wamid: str) -> None:
        """A courtesy: where it cannot be done now, it is not done."""
        if self.gate.refused or self.gate.wait:
            return
        try:
            await self._channel.read(wamid)
        except Unsent as unsent:
            self.gate.failed(unsent)

    async def _failed(self, outgoing: Outgoing, unsent: Unsent) -> None:
        log.warning("message %s not sent: %s", outgoing.id, unsent)
        self.gate.failed(unsent)
        if unsent.hopeless or (not unsent.refused and outgoing.attempts + 1 >= self._attempts):
            await run_in_threadpool(self._outbox.given_up, outgoing)
            return
        backoff = min(_LONGEST_PAUSE, 0.2 * 2**outgoing.attempts)
        pause = max(unsent.retry_after, backoff) + random.uniform(0.02, 0.2)
        await run_in_threadpool(self._outbox.again, outgoing, pause, counts=not unsent.refused)
