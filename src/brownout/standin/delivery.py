"""One webhook that the platform has for the application, and what is decided of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from brownout.clock import Clock
from brownout.counting import Tally
from brownout.dialects import Voice
from brownout.effects import Deliver, Signature
from brownout.events import ExchangeEnds
from brownout.exchange import Call, Exchange, Headers, Request
from brownout.faults import Strike
from brownout.identity import Occurrences, canary_of, key_of
from brownout.plan import NO_FAULT, Counts, Decision, Moment, decide, uniform
from brownout.scenario import Scenario
from brownout.standin.beginning import Beginning

VIA = "inbound"
ON_TIME = Deliver()


@dataclass(frozen=True)
class Delivery:
    """A webhook. ``about`` is what makes it the same one in another run: what was said, with its canary.

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
        call, moment, rule = self.exchange.call, self.moment, self.decision.rule
        draws = self.decision.draws
        return ExchangeEnds(
            t=self.started,
            id=self.id,
            service=call.service,
            host=call.request.host,
            path=call.request.path,
            method=call.request.method,
            via=VIA,
            http="HTTP/1.1",
            model=call.model,
            stream=False,
            canary=self.exchange.canary,
            key=self.exchange.key,
            occurrence=self.exchange.occurrence,
            occurrence_from=self.exchange.occurrence_from,
            attempt=call.attempt,
            phase=moment.phase.phase if moment else None,
            elapsed=moment.elapsed if moment else None,
            eligible=list(self.decision.eligible),
            draws=[[d.rule, d.share, d.draw, d.selected, d.sticky, *_counted(d.counts)] for d in draws],
            rule=rule.id if rule else None,
            fault=rule.fault if rule else None,
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


def _counted(counts: Counts) -> Iterable[float]:
    return counts.calls, counts.strikes, counts.admits, counts.load


class Deciding:
    """Says which fault strikes a webhook, as the proxy says it of calls. Without a scenario, none does."""

    def __init__(self, scenario: Scenario | None, speed: float, beginning: Beginning) -> None:
        self.scenario, self.speed = scenario, speed
        self._beginning = beginning
        self._clock = Clock(scenario, speed) if scenario else None
        self._occurrences, self._tally = Occurrences(), Tally(speed)
        self._serial = 0

    def phase_left(self, now: float) -> float:
        """Real seconds until the present phase is over; 0 outside the timeline."""
        return self._clock.phase_left(now) if self._clock else 0.0

    def admit(self, delivery: Delivery, url: str, attempt: int) -> Trip:
        """The next attempt to deliver it, with what becomes of it."""
        now = time.monotonic()
        there = urlsplit(url)
        request = Request("POST", there.hostname or "", there.path or "/", body=delivery.about.encode())
        # Users are people: their numbers are in no journal.
        user = None if delivery.user is None else hashlib.blake2b(delivery.user.encode(), digest_size=8).hexdigest()
        call = Call(
            delivery.service,
            request,
            delivery.event,
            text=delivery.about,
            conversation=user,
            user=user,
            attempt=attempt,
        )
        marked = canary_of(call)
        key = key_of(call, marked)
        occurrence, source = self._occurrences.number(key, attempt)
        self._serial += 1
        exchange = Exchange(call, key, marked, occurrence, source)
        trip = Trip(delivery, exchange, f"{key}.{occurrence}.in{self._serial}", now)
        if self._clock is not None:
            self._clock.zero = self._beginning.zero
            trip.moment = self._clock.moment(now)
        if self.scenario is not None and trip.moment is not None:
            self._strike(trip, self.scenario, trip.moment, now)
        return trip

    def _strike(self, trip: Trip, scenario: Scenario, moment: Moment, now: float) -> None:
        call, exchange = trip.exchange.call, trip.exchange
        counts: Mapping[str, Counts] = self._tally.counts(moment.phase, call, now)
        trip.decision = decide(scenario, moment, exchange, counts)
        self._tally.note(trip.decision, moment.phase, call, now)
        rule = trip.decision.rule
        if rule is None:
            return
        salt = f"{rule.id}|{exchange.key}|{exchange.occurrence}"
        strike = Strike(
            call=call,
            platform=Voice(call, now=time.time()),
            id=hashlib.blake2b(f"{scenario.seed}|{salt}".encode(), digest_size=16).hexdigest(),
            uniform=partial(uniform, scenario.seed, salt),
            speed=self.speed,
        )
        trip.effect = next(effect for effect in rule.program(strike) if isinstance(effect, Deliver))
