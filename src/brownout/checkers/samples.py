"""The arithmetic of shares and samples, for all checkers: what is enough to judge, and what reaches a share."""

from __future__ import annotations

import math

from brownout.checkers.case import Case, count, percent
from brownout.checkers.observed import Observed, grouped
from brownout.checkers.sampling import EXACT, Cluster, Interval, Ruling, Sampling, sampling_for
from brownout.verdict import Better, Figure, Unit, Verdict


def reaches(good: int, of: int, share: float) -> bool:
    """Whether so many ``of`` all reach the share."""
    return good >= share * of - EXACT


def needed(of: int, share: float) -> int:
    """How many ``of`` all have to be good to reach the share."""
    return math.ceil(share * of - EXACT)


def sampling_of(case: Case) -> Sampling:
    """How sure a verdict on this expectation has to be."""
    return sampling_for(case.expectation)


def ruling(case: Case, at_least: float, good: str, of: str) -> Ruling:
    """What the share of steps ``of`` (SQL) that are ``good`` (SQL) says of an objective, over users and seconds."""
    users = _clusters(case, good, of, 'journey, "user"')
    return sampling_of(case).rule(at_least, users, _clusters(case, good, of, "floor(t)"))


def observed(
    case: Case, value: str, of: str, unit: Unit = "share", better: Better = "higher", quantile: float | None = None
) -> Observed:
    """What the steps ``of`` (SQL) show, each by its ``value`` (SQL): 1 for a good one of a share, else 0."""
    rows = case.record.rows(
        f'SELECT journey, "user", floor(t) AS second, ({value})::DOUBLE AS value FROM journey WHERE {of} '
        f"AND {case.steps} ORDER BY t, rowid",
        case.parameters,
    )
    return grouped(
        [((row["journey"], row["user"]), row["second"], row["value"]) for row in rows], unit, better, quantile
    )


def figure_of(ruled: Ruling) -> Figure:
    """The share that was ruled on, for machines."""
    return Figure(ruled.share, ruled.interval.low, ruled.interval.high, "share", "higher")


def _clusters(case: Case, good: str, of: str, by: str) -> list[Cluster]:
    rows = case.record.rows(
        f"SELECT count(*) FILTER ({good}) AS good, count(*) AS n FROM journey WHERE {of} AND {case.steps} "
        f"GROUP BY {by} ORDER BY {by}",
        case.parameters,
    )
    return [(row["good"], row["n"]) for row in rows]


def in_words(good: int, of: int) -> str:
    """A share with what it is of: ``90% (9 of 10)``."""
    return f"{percent(good / of)} ({good:,} of {of:,})"


def between(case: Case, interval: Interval) -> str:
    """``81.2% to 95.1% with 95% confidence``; the upper end is rounded up, so that it never looks smaller."""
    high = math.ceil(interval.high * 1000 - EXACT) / 10
    return f"{percent(interval.low)} to {high:g}% {sure(case)}"


def sure(case: Case) -> str:
    """``with 95% confidence``; where several drills may judge it, also why that is more than what was asked for."""
    confidence, looks = sampling_of(case).confidence, case.record.drill.get("looks") or 1
    why = f", not {percent(1 - looks * (1 - confidence))}, because two drills may judge it" if looks > 1 else ""
    return f"with {percent(confidence)} confidence{why}"


def outwards(low: float, high: float) -> tuple[float, float]:
    """The ends of an interval to hundredths, the lower one rounded down and the upper one up: it is never narrower."""
    return math.floor(low * 100 + EXACT) / 100, math.ceil(high * 100 - EXACT) / 100


def open_still(
    case: Case, ruled: Ruling, measured: str, finding: str, asked: int, figure: Figure | None = None
) -> Verdict:
    """UNKNOWN: what was measured fits the objective and its opposite; how many more questions would tell."""
    leaves = (
        f"{count(asked, 'question')} of these users leave {between(case, ruled.interval)}: "
        "what is asked for lies within what so few leave open."
    )
    return case.unknown(
        measured,
        f"{finding} {leaves}",
        samples=asked,
        figure=figure or figure_of(ruled),
        longer=ruled.longer,
        next_step=settling(ruled.more, sampling_of(case).margin),
    )


def longer(asked: int, more: int | None) -> float:
    """How many times as long the drill has to last for so many more questions; 1 where no number would settle it."""
    return 1.0 if more is None else min(10.0, max(2.0, math.ceil((asked + more) / asked)))


def settling(more: int | None, margin: float) -> str:
    """What to do where the interval leaves it open: how many more questions, or another objective."""
    wider = f"or allow a wider margin than {percent(margin)} (margin in the profile)"
    if more is None:
        return f"It is so close that no drill would settle it: ask for a little less or a little more, {wider}."
    how = "raise load.users, let the drill last longer (a lower --speed)"
    return f"About {count(more, 'question')} more would settle it: {how}, {wider}."


def doubt(case: Case, number: int, wanted: int, what: str) -> Verdict | None:
    """Why so many cannot be judged: too few, or survivors only. None where they can."""
    if number < wanted:
        return case.too_few(number, wanted, what)
    if case.scope.presence.most_were_away:
        return case.survivors(count(number, what), number)
    return None
