"""A WebSocket that nothing strikes when it opens: the beginning of a phase may close it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mitmproxy import http
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context

from brownout.edge.job import Job
from brownout.effects import Close, Messages
from brownout.proxy.struck_websockets import StruckRelay
from brownout.proxy.websockets import Commands, Relay

if TYPE_CHECKING:
    from brownout.edge.ledger import Ledger

_LOOKS = 0.25  # seconds between two looks at the most: the clock may be made to jump
_NEVER = Messages(Close(None))


class WatchedRelay(StruckRelay):
    """Passes every frame on as it is, and looks at each new phase for a rule about those that are open."""

    def __init__(self, context: Context, flow: http.HTTPFlow, job: Job, ledger: Ledger, views: bool) -> None:
        super().__init__(context, flow, job, ledger, views, _NEVER)
        self.active = False

    def begin(self) -> Commands:
        """The connection is open: from now on it is watched."""
        yield from Relay.begin(self)
        yield from self._watch()

    def _watch(self) -> Commands:
        left = self.ledger.clock.phase_left(time.monotonic())
        yield commands.RequestWakeup(min(_LOOKS, left) if left > 0 else _LOOKS)

    def wake(self) -> Commands:
        """A phase may have begun; or a client had long enough to answer our close frame."""
        if self.over:
            yield commands.CloseConnection(self.context.client)
            return
        close = self.ledger.strike_open(self.job)
        if close is not None:
            yield from self.close(close)
        elif not self.job.over:
            yield from self._watch()


def relay_for(context: Context, flow: http.HTTPFlow, job: Job, ledger: Ledger, views: bool) -> Relay:
    """The layer for a WebSocket that was just opened."""
    effect = job.messages
    if effect is not None:
        return StruckRelay(context, flow, job, ledger, views, effect)
    return (WatchedRelay if ledger.watches(job) else Relay)(context, flow, job, ledger, views)
