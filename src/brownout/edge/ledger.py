"""What an edge asks: which fault strikes this exchange. Knows the clock, the counts and the journal; not mitmproxy."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from brownout.calls.credentials import Credentials
from brownout.calls.handed import handed_back
from brownout.calls.histories import Histories, Opening
from brownout.deciding.carriers import undeliverable
from brownout.deciding.clock import Clock
from brownout.deciding.decider import Decider, Identities
from brownout.deciding.plan import Decision, Moment
from brownout.dialects import dialect_for
from brownout.edge.job import PASS_THROUGH, Job
from brownout.effects import Close, Head
from brownout.events import FaultSkipped, OtherHost, Process, ToolHanded
from brownout.exchange import Call, Request
from brownout.journal import Writer
from brownout.keys_in_play import KeyNotes
from brownout.platforms import Provider
from brownout.scenario import Scenario
from brownout.services import connection_of
from brownout.terms import Ending, Via

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


class Ledger:
    """Decides for every exchange and records how it ended. One for each proxy process.

    ``standin``: the platform behind it is the stand-in, and no real one. ``most_active``: so many exchanges are struck
    at the same time at most; one that is selected beyond that passes, and its row says so. ``keys`` takes the keys that
    calls carry.
    """

    def __init__(
        self,
        scenario: Scenario,
        speed: float,
        journal: Writer,
        hang_cap: float = LONGEST_HANG,
        standin: bool = True,
        most_active: int | None = None,
        keys: KeyNotes | None = None,
    ) -> None:
        self.journal = journal
        self._credentials = Credentials(keys or KeyNotes())
        self.standin = standin
        self.hang_cap = hang_cap
        self.live: set[Job] = set()
        self._most_active = most_active
        self._active: set[Job] = set()
        self._other_hosts: set[str] = set()
        self._noted: set[str] = set()
        self._identities = Identities()
        self.histories = Histories()
        self.play(scenario, speed)

    def play(self, scenario: Scenario, speed: float, zero: float | None = None) -> None:
        """Start over with a scenario; ``zero`` as for Clock."""
        self.scenario = scenario
        self._identities.restart()
        self.histories.age()
        self.decider = Decider(scenario, speed, zero, self.histories)
        self.stats = Stats()
        self._remembers = any(each.remembers for rule in scenario.rules for each in (rule.kind, *rule.with_))

    @property
    def clock(self) -> Clock:
        """Where on the timeline we are."""
        return self.decider.clock

    def admit(self, request: Request, provider: Provider, via: Via, http: str) -> Job:
        """Take an exchange on: read it, decide, and compile the fault that strikes it, if any."""
        now = time.monotonic()
        service = self.scenario.catalogue.service_of(provider.name, request.method, request.path)
        exchange, id = self._identities.meet(dialect_for(service).read(request))
        self._credentials.meet(exchange.call)
        job = Job(id, exchange, now, via, http, "websocket" if exchange.call.upgrade else "call")
        self.live.add(job)
        self.stats.exchanges += 1
        self.decider.watch(exchange.call, now)
        job.opening = Opening()
        job.moment = self.clock.moment(now)
        if job.moment is not None and job.moment.phase.rules:
            self._strike(job, job.moment, now)
        for handed in handed_back(exchange.call):
            self.journal.write(ToolHanded(exchange=id, service=service, canary=exchange.canary, **vars(handed)))
        if self._remembers and request.method == "POST":
            self.decider.seen.write(exchange.call.conversation, exchange.call.text)
        return job

    def connect(self, provider: Provider, host: str, port: int, via: Via, method: str = "CONNECT") -> Job | None:
        """Take a new connection to a platform on, before there is a request: None where no rule is about it.

        Such a rule decides by host, port and how many connections to these came before at this proxy.
        """
        now = time.monotonic()
        call = Call(connection_of(provider.name), Request(method, host, f"{host}:{port}"))
        moment = self.clock.moment(now)
        exchange, id = self._identities.meet(call)
        if moment is None or not any(call.service in rule.covers for rule in moment.phase.rules):
            return None
        job = Job(id, exchange, now, via, http="", form="connection", moment=moment)
        self._strike(job, moment, now)
        if not job.decision.draws:
            return None
        self.live.add(job)
        return job

    def _strike(self, job: Job, moment: Moment, now: float) -> None:
        call = job.exchange.call
        if any(rule.bucket and rule.kind.counts_tokens for rule in moment.phase.rules):
            job.counts_tokens = True
        decided = self.decider.decide(job.exchange, moment, now)
        job.decision, rule = decided.decision, decided.decision.rule
        self._count(job.decision)
        if rule is None or decided.strike is None:
            return
        job.skipped = undeliverable(rule.kind, job.via, job.http, self.standin)
        if job.skipped is None:
            job.program = rule.whole_program(decided.strike)
        if call.upgrade and any(isinstance(effect, Head) and effect.status < 300 for effect in job.program):
            job.skipped, job.program = "the call asks for a WebSocket, and such an answer opens none", PASS_THROUGH
        self._activate(job)

    def _activate(self, job: Job) -> None:
        """Count an exchange that is struck from now on until it is over; let it pass where that would be too many."""
        if not job.injected:
            return
        if self._most_active is not None and len(self._active) >= self._most_active:
            job.cap()
        else:
            self._active.add(job)

    def watches(self, job: Job) -> bool:
        """Whether a phase of the scenario strikes WebSockets of this service that are open already."""
        return any(rule.kind.strikes_open and job.exchange.call.service in rule.covers for rule in self.scenario.rules)

    def strike_open(self, job: Job) -> Close | None:
        """How a WebSocket that nothing struck is closed now, where a rule of a phase that began since says so.

        The job has that rule then, and the moment at which it struck.
        """
        now = time.monotonic()
        moment, before = self.clock.moment(now), job.looked or (job.moment.phase.phase if job.moment else None)
        if job.over or moment is None or moment.phase.phase == before:
            return None
        job.looked = moment.phase.phase
        rules = tuple(rule for rule in moment.phase.rules if rule.kind.strikes_open)
        striking = replace(moment, phase=moment.phase.model_copy(update={"rules": rules}))
        decided = self.decider.decide(job.exchange, striking, now)
        self._count(decided.decision)
        rule = decided.decision.rule
        if rule is None or decided.strike is None:
            return None
        job.decision, job.moment, job.program = decided.decision, moment, rule.kind.program(decided.strike)
        if job.capped:
            job.capped, job.skipped = False, None
        self._activate(job)
        change = job.messages.change if job.messages else None
        return change if isinstance(change, Close) else None

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

    def heal(self) -> int:
        """Strike nothing any more, as if the timeline were over, and let go as ``release`` does."""
        self.clock.end()
        return self.release()

    def other_host(self, host: str, refused: bool = False) -> None:
        """Record, once a host, that the application reached for something outside the scenario, and if in vain."""
        if host not in self._other_hosts and len(self._other_hosts) < 1000:
            self._other_hosts.add(host)
            self.journal.write(OtherHost(host, refused))

    def note(self, what: str) -> None:
        """Record, once, that something of ours stands in the way: it is not the platform's doing."""
        if what not in self._noted:
            self._noted.add(what)
            self.journal.write(Process("proxy", "note", detail=what))

    def finish(self, job: Job, end: Ending) -> None:
        """The exchange is over: record it, once."""
        if job.over:
            return
        job.over = True
        job.end = end
        if job.counts_tokens and job.moment is not None and not job.injected:
            tokens = job.meter.output_tokens
            spent = job.events if tokens is None else tokens
            self.decider.tally.settle(job.decision, job.moment.phase, job.exchange.call, spent, time.monotonic())
        if job.moment is not None:
            self.decider.tally.leave(job.decision, job.moment.phase, job.exchange.call)
        if job.opening is not None and 200 <= (job.upstream_status or 0) < 300:
            self.decider.note(job.exchange.call, job.opening, job.started)
        self.live.discard(job)
        self._active.discard(job)
        if job.injected and not job.shown:
            job.how = "client_gone"
        delivered, rule = job.delivered, job.rule
        if rule is not None:
            stats = self.stats.by_rule.setdefault(rule.id, RuleStats())
            stats.injected += job.injected
            stats.delivered += bool(delivered)
            self.stats.injected += job.injected
            self.stats.delivered += bool(delivered)
            if job.skipped is not None and not job.capped:
                self.journal.write(FaultSkipped(rule.id, rule.fault, job.id, job.skipped))
        self.journal.write(job.row(time.monotonic()))
