"""A finished drill as values: what renderers turn into reports. Pure; written as ``result.json``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from brownout.comparison import Comparison
from brownout.published import form
from brownout.verdict import Status, Verdict

RuleState: TypeAlias = Literal[
    "struck", "unused", "unmatched", "no_traffic", "unlucky", "undelivered", "capped", "not_begun"
]
"""What became of a rule: see ``RuleResult``."""
ENDED = ("completed", "stopped")
"""How a drill may have ended that counts: one that stopped by itself had shown all there was to see."""


@dataclass(frozen=True)
class PhaseResult:
    """A phase as it was: drill seconds from the start, and what users got in it."""

    name: str
    impact: str
    start: float
    end: float
    asked: int
    answered: int
    p50: float | None
    p95: float | None
    injected: int
    strayed: int = 0  # of those asked, so many met a fault of another phase than the one they began in
    strayed_answered: int = 0


@dataclass(frozen=True)
class PhaseOutcomes:
    """What the questions of one journey got that began in one phase: outcome → how many, the most frequent first."""

    phase: str
    journey: str
    asked: int
    outcomes: dict[str, int]


@dataclass(frozen=True)
class RuleResult:
    """A rule's proof: how many exchanges were eligible, selected, injected, delivered; ``why`` where it struck none.

    ``state``: ``struck``, ``unused`` (the application never called that service), ``unmatched`` (called it, but never
    as ``when`` asks), ``no_traffic`` (not while the phase lasted), ``unlucky`` (eligible, never selected),
    ``undelivered`` (selected, never carried out), ``capped`` (each time it was selected, as many calls as the profile
    allows were struck already), ``not_begun`` (the drill was over before its phase).
    """

    id: str
    phase: str
    fault: str
    on: str
    share: str
    eligible: int
    selected: int
    injected: int
    delivered: int
    state: RuleState
    why: str = ""
    capped: int = 0  # of those selected, so many passed because of max_active_faults
    line: int = 0  # of ``Result.scenario_file``; 0 where that is not known


@dataclass(frozen=True)
class Second:
    """One second of the drill: questions begun in it by outcome, median latency, faults injected, users."""

    t: float
    asked: int
    answered: int
    refused: int
    failed: int
    hung: int
    p50: float | None
    p95: float | None
    injected: int
    exchanges: int
    users: int | None


@dataclass(frozen=True)
class Result:
    """Everything a report says. ``exit_code`` follows ``verdict.ExitCode``."""

    brownout: str
    scenario: str
    title: str
    app: str
    seed: int
    speed: float
    started_at: float
    duration: float
    outcome: str  # completed, stopped, aborted, interrupted, failed, killed
    why: str
    status: Status
    exit_code: int
    command: str
    journal: str
    verdicts: tuple[Verdict, ...]
    phases: tuple[PhaseResult, ...]
    rules: tuple[RuleResult, ...]
    seconds: tuple[Second, ...]
    sources: tuple[dict[str, str], ...] = ()
    totals: dict[str, Any] = field(default_factory=dict)  # questions, answered, exchanges, injected, delivered, torn
    faults: dict[str, int] = field(default_factory=dict)  # fault → injected
    outcomes: dict[str, int] = field(default_factory=dict)  # journey outcome → steps that ask
    by_phase: tuple[PhaseOutcomes, ...] = ()  # phases in their order, and journeys by name
    other_hosts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    status_posts: tuple[dict[str, Any], ...] = ()  # {t: drill seconds, provider, say, indicator}
    restarts: int = 0  # of the application, by its supervisor
    lead: str = ""  # what comes before all else where the drill says little of the application: see judging.shadows
    joins: dict[str, int] = field(default_factory=dict)  # by what calls belong to questions, or nothing → calls
    comparison: Comparison | None = None  # against a baseline, where the run was given one
    app_file: str = ""  # the app profile, and the scenario's name or file, as they were named to the drill
    scenario_file: str = ""
    zero: float | None = None  # monotonic second of drill second 0; an evidence row's t minus this is drill time
    looks: int = 1  # so many drills may judge what is expected: 2 with --until-settled
    longer: str = ""  # the folder of the longer drill, where these are the verdicts of both: see judging.both

    def as_dict(self) -> dict[str, Any]:
        """The result as plain values, for JSON."""
        return {**form("result"), **asdict(self)}
