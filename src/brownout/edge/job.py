"""One exchange under way at an edge: what was decided, and what is known so far of what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from brownout.calls.histories import Opening
from brownout.calls.identity import digest_of
from brownout.calls.made import made_by
from brownout.calls.trace import carried
from brownout.calls.usage import Meter
from brownout.calls.whose import whose_of
from brownout.deciding.decider import row_of
from brownout.deciding.plan import NO_FAULT, Decision, Moment
from brownout.edge.asking import Asking
from brownout.edge.billing import Bill, bill
from brownout.effects import Forward, Messages, Program
from brownout.events import CallEnds, ConnectionEnds, DeliveryEnds, ExchangeEnds, WebSocketEnds
from brownout.exchange import Exchange
from brownout.fingerprints import fingerprints, whole
from brownout.rule import Rule
from brownout.terms import Ending, Form, How, Via

PASS_THROUGH: Program = (Forward(),)
CAPPED = "as many calls as max_active_faults allows were struck already"


@dataclass(eq=False)
class Job:
    """Filled in by the edge as it performs ``program``; turned into a journal row when the exchange is over.

    ``how`` is by what the edge knows that the fault reached the client; ``shown`` whether the fault itself (not only
    what came before it) has been carried out. ``wake`` is set when the client leaves or the edge must let go; a
    carrier sets it as well when the answer that it keeps is whole. ``made_up`` is the beginning of what the fault made
    up. ``capped``: it was selected, and passes because enough calls are struck. ``counts_tokens``: a rule's bucket
    holds tokens, and waits for what this one took. ``looked``: the phase in which it was looked last whether a rule
    strikes a WebSocket that is open already.
    """

    id: str
    exchange: Exchange
    started: float
    via: Via
    http: str
    form: Form = "call"
    client: str = ""
    moment: Moment | None = None
    decision: Decision = NO_FAULT
    program: Program = PASS_THROUGH
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    status: int | None = None
    upstream_status: int | None = None
    asking: Asking | None = None
    bytes: int = 0
    events: int = 0
    first_byte: float | None = None
    shown: bool = False
    how: How | None = None
    skipped: str | None = None
    capped: bool = False
    made_up: bytearray = field(default_factory=bytearray)
    meter: Meter = field(default_factory=Meter)
    counts_tokens: bool = False
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
        common: dict[str, Any] = {
            **row_of(self.exchange, self.moment, self.decision),
            "t": self.started,
            "id": self.id,
            "via": self.via,
            "http": self.http,
            "injected": self.injected,
            "delivered": self.delivered,
            "how": self.how if self.injected else None,
            "status": self.status,
            "bytes": self.bytes,
            "duration": now - self.started,
            "end": self.end,
            "prints": self._prints(),
            "capped": self.capped,
        }
        if self.form == "connection":
            return ConnectionEnds(**common)
        if self.form == "delivery":
            return DeliveryEnds(**common, events=self.events)
        answered: dict[str, Any] = {
            "upstream_status": self.upstream_status,
            "retry_after": self.asking.seconds(self.exchange.call) if self.asking else None,
            "events": self.events,
            "first_byte": self.first_byte,
            "made": self._made,
            "whose": whose_of(self.exchange.call),
            **carried(self.exchange.call.request.headers),
        }
        if self.form == "websocket":
            return WebSocketEnds(**common, **answered, received=self.received, close_code=self.close_code)
        return CallEnds(**common, **answered, request=digest_of(self.exchange.call), **vars(self._bill))

    @property
    def _bill(self) -> Bill:
        """What the platform would bill for it."""
        answered = any(200 <= (status or 0) < 300 for status in (self.status, self.upstream_status))
        return bill(self.exchange.call, self.meter, answered, self.end, self.events)

    @property
    def _made(self) -> list[str]:
        """The ids of what the answer has made; nothing of an answer that said no."""
        said_yes = self.status is not None and 200 <= self.status < 300
        return made_by(self.exchange.call, self.opening) if self.opening is not None and said_yes else []

    def _prints(self) -> list[str]:
        text = self.made_up.decode("utf-8", "replace") if self.injected else ""
        return [*whole(text), *fingerprints(text)] if text else []

    def cap(self) -> None:
        """Let it pass as if nothing had selected it: enough calls are struck at this moment."""
        self.capped, self.skipped, self.program = True, CAPPED, PASS_THROUGH

    def leave(self) -> None:
        """The client is gone: whoever waits for the job stops waiting."""
        self.left = True
        self.wake.set()

    def release(self) -> None:
        """Let go of a client that is being held."""
        self.released = True
        self.wake.set()
        self.let_go()
