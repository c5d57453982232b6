"""What an edge asks: which fault strikes this exchange. Knows the clock, the counts and the journal; not mitmproxy."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field, replace
from functools import partial

from brownout.carriers import undeliverable
from brownout.clock import Clock
from brownout.counting import Tally
from brownout.dialects import Voice, dialect_for
from brownout.effects import Head
from brownout.events import ExchangeEnds, FaultSkipped, OtherHost, Process
from brownout.exchange import Call, Exchange, Request
from brownout.faults import Strike
from brownout.identity import Occurrences, canary_of, key_of
from brownout.journal import Writer
from brownout.plan import Counts, Decision, Moment, decide, uniform
from brownout.platforms import Provider
from brownout.proxy.job import PASS_THROUGH, Job
from brownout.scenario import Rule, Scenario
from brownout.seen import Seen
from brownout.services import connection_of, service_of
from brownout.usage import Meter

LONGEST_HANG = 120.0
SHORTEST_HANG = 30.0  # a phase may be compressed to seconds; a platform that hangs does so for longer than that


@dataclass
class RuleStats:
    """A rule's proof so far."""

    eligible: int = 0
    selected: int = 0
    injected: int = 0
    delivered: int = 0


@dataclass
class Stats:
    """What this edge has done so far."""

    exchanges: int = 0
    injected: int = 0
    delivered: int = 0
    by_rule: dict[str, RuleStats] = field(default_factory=dict)


class Engine:
    """Decides for every exchange and records how it ended. One for each proxy process."""

    def __init__(self, scenario: Scenario, speed: float, journal: Writer, hang_cap: float = LONGEST_HANG) -> None:
        self.journal = journal
        self.hang_cap = hang_cap
        self.live: set[Job] = set()
        self._other_hosts: set[str] = set()
        self._noted: set[str] = set()
        self._serial = 0
        self.play(scenario, speed)

    def play(self, scenario: Scenario, speed: float, zero: float | None = None) -> None:
        """Start over with a scenario; ``zero`` as for Clock."""
        self.scenario = scenario
        self.clock = Clock(scenario, speed, zero)
        self.occurrences = Occurrences()
        self.tally = Tally(speed)
        self.stats = Stats()
        self.seen = Seen(time.monotonic)
        self._remembers = any(rule.remembers for rule in scenario.rules)

    def admit(self, request: Request, provider: Provider, via: str, http: str) -> Job:
        """Take an exchange on: read it, decide, and compile the fault that strikes it, if any."""
        now = time.monotonic()
        service = service_of(provider.name, request.method, request.path)
        call = dialect_for(service).read(request)
        if call.user is not None:
            # What an application calls its users may be their names: the journal of a sticky rule gets a digest.
            call = replace(call, user=hashlib.blake2b(call.user.encode("utf-8", "replace"), digest_size=8).hexdigest())
        marked = canary_of(call)
        key = key_of(call, marked)
        occurrence, source = self.occurrences.number(key, call.attempt)
        exchange = Exchange(call, key, marked, occurrence, source)
        self._serial += 1
        job = Job(f"{key}.{occurrence}.{self._serial}", exchange, now, via, http)
        self.live.add(job)
        self.stats.exchanges += 1
        job.moment = self.clock.moment(now)
        if job.moment is not None and job.moment.phase.rules:
            self._strike(job, job.moment, now)
        if self._remembers and request.method == "POST":
            self.seen.write(call.conversation, call.text)
        return job

    def connect(self, provider: Provider, host: str, port: int, via: str, method: str = "CONNECT") -> Job | None:
        """Take a new connection to a platform on, before there is a request: None where no rule is about it.

        Such a rule decides by host, port and how many connections to these came before at this proxy.
        """
        now = time.monotonic()
        call = Call(connection_of(provider.name), Request(method, host, f"{host}:{port}"))
        key = key_of(call, None)
        occurrence, source = self.occurrences.number(key, None)
        moment = self.clock.moment(now)
        if moment is None or not any(call.service in rule.covers for rule in moment.phase.rules):
            return None
        self._serial += 1
        exchange = Exchange(call, key, None, occurrence, source)
        job = Job(f"{key}.{occurrence}.{self._serial}", exchange, now, via, http="", moment=moment)
        self._strike(job, moment, now)
        if not job.decision.draws:
            return None
        self.live.add(job)
        return job

    def _strike(self, job: Job, moment: Moment, now: float) -> None:
        call = job.exchange.call
        counts = self.tally.counts(moment.phase, call, now)
        if any(rule.bucket and rule.counts_tokens for rule in moment.phase.rules):
            job.meter = Meter()
        job.decision = decide(self.scenario, moment, job.exchange, counts)
        reset = self._bucket_reset(job.decision.rule, call, now)
        self.tally.note(job.decision, moment.phase, call, now)
        self._count(job.decision)
        rule = job.decision.rule
        if rule is None:
            return
        salt = f"{rule.id}|{job.exchange.key}|{job.exchange.occurrence}"
        strike = Strike(
            call=call,
            platform=Voice(call, now=time.time()),
            id=hashlib.blake2b(f"{self.scenario.seed}|{salt}".encode(), digest_size=16).hexdigest(),
            uniform=partial(uniform, self.scenario.seed, salt),
            speed=self.clock.speed,
            bucket_reset=reset,
            bucket_limit=rule.bucket.burst if rule.bucket else None,
            load=counts[rule.id].load if rule.loaded else 0.0,
            salt=f"{self.scenario.seed}|{rule.id}",
            seen=self.seen,
        )
        job.skipped = undeliverable(rule, job.via, job.http)
        if job.skipped is None:
            job.program = rule.program(strike)
        if call.upgrade and any(isinstance(effect, Head) and effect.status < 300 for effect in job.program):
            job.skipped, job.program = "the call asks for a WebSocket, and such an answer opens none", PASS_THROUGH

    def _bucket_reset(self, rule: Rule | None, call: Call, now: float) -> float | None:
        if rule is None or rule.bucket is None:
            return None
        return self.tally.seconds_until_admitted(rule, call, now)

    def _count(self, decision: Decision) -> None:
        for draw in decision.draws:
            stats = self.stats.by_rule.setdefault(draw.rule, RuleStats())
            stats.eligible += 1
            stats.selected += draw.selected

    def longest_hang(self, now: float) -> float:
        """How long a hang may last that begins now: to the end of the phase, within bounds, in real seconds."""
        return min(self.hang_cap, max(SHORTEST_HANG, self.clock.phase_left(now)))

    def release(self) -> int:
        """Let go of every client that is being held; returns how many exchanges are under way."""
        released = tuple(self.live)
        for job in released:
            job.release()
        return len(released)

    def other_host(self, host: str) -> None:
        """Record, once a host, that the application reached for something outside the scenario."""
        if host not in self._other_hosts and len(self._other_hosts) < 1000:
            self._other_hosts.add(host)
            self.journal.write(OtherHost(host))

    def note(self, what: str) -> None:
        """Record, once, that something of ours stands in the way: it is not the platform's doing."""
        if what not in self._noted:
            self._noted.add(what)
            self.journal.write(Process("proxy", "note", detail=what))

    def finish(self, job: Job, end: str) -> None:
        """The exchange is over: record it, once."""
        if job.over:
            return
        job.over = True
        job.end = job.end or end
        if job.meter is not None and job.moment is not None and not job.injected:
            tokens = job.meter.output_tokens
            spent = job.events if tokens is None else tokens
            self.tally.settle(job.decision, job.moment.phase, job.exchange.call, spent, time.monotonic())
        self.live.discard(job)
        delivered = self._delivered(job)
        rule = job.rule
        if rule is not None:
            stats = self.stats.by_rule.setdefault(rule.id, RuleStats())
            stats.injected += job.injected
            stats.delivered += bool(delivered)
            self.stats.injected += job.injected
            self.stats.delivered += bool(delivered)
            if job.skipped is not None:
                self.journal.write(FaultSkipped(rule.id, rule.fault, job.id, job.skipped))
        self.journal.write(_row(job, delivered, time.monotonic()))

    @staticmethod
    def _delivered(job: Job) -> bool | None:
        if not job.injected:
            return None
        if not job.shown:
            job.how = "client_gone"
        return job.shown


def _counted(counts: Counts) -> tuple[int, int, bool, float]:
    return counts.calls, counts.strikes, counts.admits, counts.load


def _row(job: Job, delivered: bool | None, now: float) -> ExchangeEnds:
    exchange, moment, rule = job.exchange, job.moment, job.rule
    call = exchange.call
    return ExchangeEnds(
        t=job.started,
        id=job.id,
        service=call.service,
        host=call.request.host,
        path=call.request.path,
        method=call.request.method,
        via=job.via,
        http=job.http,
        model=call.model,
        stream=call.stream,
        canary=exchange.canary,
        key=exchange.key,
        occurrence=exchange.occurrence,
        occurrence_from=exchange.occurrence_from,
        attempt=call.attempt,
        phase=moment.phase.phase if moment else None,
        elapsed=moment.elapsed if moment else None,
        eligible=list(job.decision.eligible),
        draws=[[d.rule, d.share, d.draw, d.selected, d.sticky, *_counted(d.counts)] for d in job.decision.draws],
        rule=rule.id if rule else None,
        fault=rule.fault if rule else None,
        injected=job.injected,
        delivered=delivered,
        how=job.how if job.injected else None,
        status=job.status,
        upstream_status=job.upstream_status,
        retry_after=job.retry_after,
        bytes=job.bytes,
        events=job.events,
        first_byte=job.first_byte,
        duration=now - job.started,
        end=job.end,
        received=job.received,
        close_code=job.close_code,
    )
