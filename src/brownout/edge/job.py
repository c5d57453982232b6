"""One exchange under way at an edge: what was decided, and what is known so far of what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from brownout.calls.seen import Opening
from brownout.calls.usage import Meter
from brownout.deciding.decider import row_of
from brownout.deciding.plan import NO_FAULT, Decision, Moment
from brownout.effects import Forward, Messages, Program
from brownout.events import ExchangeEnds
from brownout.exchange import Exchange
from brownout.rule import Rule
from brownout.terms import Ending, How, Via

PASS_THROUGH: Program = (Forward(),)


@dataclass(eq=False)
class Job:
    """Filled in by the edge as it performs ``program``; turned into a journal row when the exchange is over.

    ``how`` is by what the edge knows that the fault reached the client; ``shown`` whether the fault itself (not only
    what came before it) has been carried out. ``wake`` is set when the client leaves or the edge must let go; a
    carrier sets it as well when the answer that it keeps is whole. ``looked``: the phase in which it was looked last
    whether a rule strikes a WebSocket that is open already.
    """

    id: str
    exchange: Exchange
    started: float
    via: Via
    http: str
    client: str = ""
    moment: Moment | None = None
    decision: Decision = NO_FAULT
    program: Program = PASS_THROUGH
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    status: int | None = None
    upstream_status: int | None = None
    retry_after: float | None = None
    bytes: int = 0
    events: int = 0
    first_byte: float | None = None
    shown: bool = False
    how: How | None = None
    skipped: str | None = None
    meter: Meter | None = None
    opening: Opening | None = None
    end: Ending = "error"
    left: bool = False
    released: bool = False
    over: bool = False
    received: int = 0
    close_code: int | None = None
    looked: str | None = None
    let_go: Callable[[], None] = lambda: None

    @property
    def rule(self) -> Rule | None:
        """The rule that strikes this exchange."""
        return self.decision.rule

    @property
    def injected(self) -> bool:
        """Whether a fault was started on it."""
        return self.rule is not None and self.skipped is None

    @property
    def delivered(self) -> bool | None:
        """Whether the fault was seen to reach its receiver; None where none was started."""
        return self.shown if self.injected else None

    @property
    def messages(self) -> Messages | None:
        """What the fault does to the messages of a WebSocket, if it is about these."""
        return next((effect for effect in self.program if isinstance(effect, Messages)), None)

    def row(self, now: float) -> ExchangeEnds:
        """What the journal says of it, at the monotonic second at which it is over."""
        return ExchangeEnds(
            **row_of(self.exchange, self.moment, self.decision),
            t=self.started,
            id=self.id,
            via=self.via,
            http=self.http,
            injected=self.injected,
            delivered=self.delivered,
            how=self.how if self.injected else None,
            status=self.status,
            upstream_status=self.upstream_status,
            retry_after=self.retry_after,
            bytes=self.bytes,
            events=self.events,
            first_byte=self.first_byte,
            duration=now - self.started,
            end=self.end,
            received=self.received,
            close_code=self.close_code,
        )

    def leave(self) -> None:
        """The client is gone."""
        self.left = True
        self.wake.set()

    def release(self) -> None:
        """Let go of a client that is being held."""
        self.released = True
        self.wake.set()
        self.let_go()
