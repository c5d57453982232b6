"""A verdict of several clauses, each judged by itself, and only where it was put to the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from brownout.checkers import samples
from brownout.checkers.aspects import Aspect
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count
from brownout.checkers.joins import joins_of
from brownout.checkers.observed import of_clusters
from brownout.checkers.sampling import Cluster, Interval
from brownout.verdict import Evidence, Status, Verdict

Proof = Callable[[], tuple[Evidence, ...]]


@dataclass(frozen=True)
class Clause:
    """One thing that was asked for: what became of it, in words; ``more`` questions would settle what is UNKNOWN.

    ``settle`` says what would, where it is not more questions. ``aspect`` has the values that it rests on.
    """

    status: Status
    measured: str
    finding: str
    samples: int
    more: int | None = None
    advice: str = ""
    proof: Proof = tuple
    settle: str = ""
    aspect: Aspect | None = None


def on_share(
    case: Case, at_least: float, clusters: tuple[Sequence[Cluster], Sequence[Cluster]], what: str, of: str
) -> Clause:
    """A clause on the share of questions ``of`` that are ``what``; by users, and by seconds."""
    users, seconds = clusters
    good, asked = sum(part for part, _ in users), sum(size for _, size in users)
    wanted = getattr(case.expectation, "min_samples", 1)
    aspect = Aspect(f"{what} {of}", of_clusters(users, seconds), at_least, wanted)
    if asked < wanted:
        words = f"{count(asked, 'question')} {of} of the {wanted} needed"
        few = f"Only {count(asked, 'question')} came {of}."
        return Clause(Status.UNKNOWN, words, few, asked, wanted - asked, aspect=aspect)
    ruled = samples.sampling_of(case).rule(at_least, users, seconds)
    words = f"{samples.in_words(good, asked)} {what} {of}"
    between = samples.between(case, ruled.interval)
    finding = f"Of {count(asked, 'question')} {of}, {good:,} {what} ({between})."
    return Clause(ruled.status, words, finding, asked, ruled.more, aspect=aspect)


Judged: TypeAlias = Verdict | tuple[Case, list[Clause]]
"""What the clauses say; a verdict where none of them was put to the test, or nobody can tell."""


def verdict_of(judged: Judged) -> Verdict:
    """The verdict on all clauses together."""
    return judged if isinstance(judged, Verdict) else merged(*judged)


def aspects_of(record: Record, judged: Judged) -> list[Aspect]:
    """What the clauses rest on; nothing where one rests on something else, or on guesses about whose calls some are."""
    if isinstance(judged, Verdict):
        return []
    joins, clauses = joins_of(record), judged[1]
    aspects = [each.aspect for each in clauses if each.aspect is not None]
    return aspects if len(aspects) == len(clauses) and not (joins.weak or joins.guessed) else []


def in_words(interval: Interval) -> str:
    """The ends of an interval of a mean, rounded outwards: it never looks as if it lay beyond a limit that it holds."""
    low, high = samples.outwards(interval.low, interval.high)
    return f"{low:g} to {high:g}"


def merged(case: Case, clauses: Sequence[Clause]) -> Verdict:
    """The verdict on all clauses: BROKEN by one that is, UNKNOWN by one that is open; told by those that decide it."""
    worst = max(clauses, key=lambda each: each.status.rank).status
    telling = [each for each in clauses if each.status is worst]
    measured = "; ".join(each.measured for each in telling)
    finding = " ".join(each.finding for each in [*telling, *(each for each in clauses if each.status is not worst)])
    number = sum(each.samples for each in telling)
    if worst is Status.HELD:
        return case.held(measured, finding, samples=number)
    if worst is Status.BROKEN:
        advice = " ".join(dict.fromkeys(each.advice for each in telling if each.advice))
        return case.broken(measured, finding, samples=number, evidence=telling[0].proof(), next_step=advice or None)
    more = max((each.more for each in telling if each.more is not None), default=None)
    settle = next((each.settle for each in telling if each.settle), "")
    return case.unknown(
        measured,
        finding,
        samples=number,
        longer=samples.longer(max(1, number), more),
        next_step=settle or samples.settling(more, samples.sampling_of(case).margin),
    )
