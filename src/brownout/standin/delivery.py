"""One webhook or tool callback that the platform has for the application, and what is decided of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from brownout.calls.identity import pseudonym
from brownout.deciding.decider import Decided, Decider, Identities, row_of
from brownout.deciding.plan import NO_FAULT, Decision, Moment
from brownout.effects import Deliver, Signature
from brownout.events import ExchangeEnds
from brownout.exchange import Call, Exchange, Headers, Request
from brownout.scenario import Scenario
from brownout.standin.beginning import Beginning

VIA = "inbound"
ON_TIME = Deliver()


@dataclass(frozen=True)
class Delivery:
    """A webhook, or a callback. ``about`` is what makes it the same one in another run: what was said, with its canary.

    ``sign`` gives the headers that go with the body in a Unix second. ``notice`` is called with what the user gets
    instead where the channel is shut.
    """

    service: str
    event: str
    about: str
    body: bytes
    sign: Callable[[int, Signature], Headers]
    user: str | None = None
    notice: Callable[[str], None] = field(default=lambda text: None)

    @property
    def provider(self) -> str:
        """``whatsapp`` of ``whatsapp.webhooks``."""
        return self.service.partition(".")[0]


@dataclass
class Trip:
    """One attempt to deliver: what was decided, and what is known so far of how it went."""

    delivery: Delivery
    exchange: Exchange
    id: str
    started: float
    moment: Moment | None = None
    decision: Decision = NO_FAULT
    effect: Deliver = ON_TIME
    status: int | None = None
    posts: int = 0
    shown: bool = False
    how: str | None = None
    end: str = "error"

    @property
    def taken(self) -> bool:
        """Whether the platform is done with it: the application said yes, or it was lost without a word."""
        return self.end == "withheld" or (self.status is not None and 200 <= self.status < 300)

    def row(self, now: float) -> ExchangeEnds:
        """What the journal says of it."""
        rule = self.decision.rule
        return ExchangeEnds(
            **row_of(self.exchange, self.moment, self.decision),
            t=self.started,
            id=self.id,
            via=VIA,
            http="HTTP/1.1",
            injected=rule is not None,
            delivered=self.shown if rule else None,
            how=self.how if rule else None,
            status=self.status,
            upstream_status=None,
            retry_after=None,
            bytes=len(self.delivery.body) * self.posts,
            events=self.posts,
            first_byte=None,
            duration=now - self.started,
            end=self.end,
        )


class Deciding:
    """Says which fault strikes a delivery, as the proxy says it of calls. Without a scenario, none does."""

    def __init__(self, scenario: Scenario | None, speed: float, beginning: Beginning) -> None:
        self.speed, self.beginning = speed, beginning
        self.ends = scenario.channels if scenario else {}
        self._decider = Decider(scenario, speed) if scenario else None
        self._identities = Identities()

    def phase_left(self, now: float) -> float:
        """Real seconds until the present phase is over; 0 outside the timeline."""
        return self._decider.clock.phase_left(now) if self._decider else 0.0

    def admit(self, delivery: Delivery, url: str, attempt: int | None = None) -> Trip:
        """The next attempt to deliver it, with what becomes of it; None where nobody numbers the attempts."""
        now = time.monotonic()
        there = urlsplit(url)
        request = Request("POST", there.hostname or "", there.path or "/", body=delivery.about.encode())
        call = Call(
            delivery.service,
            request,
            delivery.event,
            text=delivery.about,
            conversation=pseudonym(delivery.user),
            user=delivery.user,
            attempt=attempt,
        )
        exchange, id = self._identities.meet(call)
        trip = Trip(delivery, exchange, f"in.{id}", now)
        if self._decider is not None:
            self._decider.clock.zero = self.beginning.zero
            trip.moment = self._decider.clock.moment(now)
            if trip.moment is not None:
                self._strike(trip, self._decider.decide(exchange, trip.moment, now))
        return trip

    @staticmethod
    def _strike(trip: Trip, decided: Decided) -> None:
        trip.decision, rule = decided.decision, decided.decision.rule
        if rule is not None and decided.strike is not None:
            trip.effect = next(effect for effect in rule.program(decided.strike) if isinstance(effect, Deliver))
