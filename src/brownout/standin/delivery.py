"""One webhook or tool callback that the platform has for the application, and what is decided of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from brownout.calls.identity import pseudonym
from brownout.deciding.decider import Decided, Decider, Identities
from brownout.edge.job import Job
from brownout.effects import Deliver, Signature
from brownout.exchange import Call, Headers, Request
from brownout.scenario import Scenario
from brownout.standin.beginning import Beginning
from brownout.terms import Via

VIA: Via = "inbound"
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
        """The platform's name: ``whatsapp`` of ``whatsapp.webhooks``."""
        return self.service.partition(".")[0]


def effect_of(job: Job) -> Deliver:
    """What is done to a delivery; ``ON_TIME`` where nothing strikes it."""
    return next((effect for effect in job.program if isinstance(effect, Deliver)), ON_TIME)


def is_taken(job: Job) -> bool:
    """Whether the platform is done with a delivery: the application said yes, or it was lost without a word."""
    return job.end == "withheld" or (job.status is not None and 200 <= job.status < 300)


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

    def admit(self, delivery: Delivery, url: str, attempt: int | None = None) -> Job:
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
        job = Job(f"in.{id}", exchange, now, VIA, "HTTP/1.1", "delivery")
        if self._decider is not None:
            self._decider.clock.zero = self.beginning.zero
            job.moment = self._decider.clock.moment(now)
            if job.moment is not None:
                self._strike(job, self._decider.decide(exchange, job.moment, now))
        return job

    @staticmethod
    def _strike(job: Job, decided: Decided) -> None:
        job.decision, rule = decided.decision, decided.decision.rule
        if rule is not None and decided.strike is not None:
            job.program = rule.kind.program(decided.strike)
