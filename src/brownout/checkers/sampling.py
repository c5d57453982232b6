"""What a share that was measured says of the true one: an interval, and whether it settles an objective. Pure.

Questions are no independent draws: those of one user, and those of one second, fail together. So the variance is that
of a ratio over clusters (users, then seconds; the larger counts), told as a design effect, and the interval is Wilson's
with the questions that are left once it is taken off, and Student's quantile for so few clusters:
https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval,
https://en.wikipedia.org/wiki/Design_effect. Few failures say little of how they cluster: until there are more, it is
assumed that they do. ``docs/trust.md`` has the coverage, and how often a verdict is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import TypeAlias

from brownout.expect import CONFIDENCE
from brownout.verdict import Status

Cluster: TypeAlias = tuple[int, int]
"""So many good ones of so many."""
EXACT = 1e-9
"""Shares are compared as numbers: 9 of 10 reach 90% whatever the last bit of 0.9 says."""
MARGIN = 0.1
ALIKE = 0.15
"""How much alike the questions of one user are taken to be (intraclass correlation) where nothing shows it."""
TELLING = 8
"""So many failures (or successes, where these are fewer) say as much of how they cluster as what is assumed."""
SECONDS = 10
"""In fewer seconds a beginning and an end look like chance: how they differ is what the scenario is about."""
LONGEST = 10
"""More times as long than this nobody is told to play a drill."""
MOST = 10_000_000
"""An objective that so many questions would not settle is not settled by more of them."""


@dataclass(frozen=True)
class Interval:
    """Where the true share is, with the confidence that was asked for."""

    low: float
    high: float


@dataclass(frozen=True)
class Ruling:
    """What was measured, where the truth is, and what follows; ``more`` questions would settle what is UNKNOWN.

    ``more`` is None where it is settled, or where no number of questions would. ``longer`` is how many times as long
    the same users would have to ask for that, ``LONGEST`` where it is that or more; 1 where ``more`` is None.
    ``effect`` is the design effect, and ``clusters`` how many users there were.
    """

    status: Status
    share: float
    interval: Interval
    effect: float
    clusters: int
    more: int | None = None
    longer: float = 1.0


@dataclass(frozen=True)
class Sampling:
    """How sure a verdict has to be: ``confidence`` of the interval, and how far below an objective it may reach."""

    confidence: float = CONFIDENCE
    margin: float = MARGIN

    def interval(self, share: float, asked: float, effect: float, clusters: int) -> Interval:
        """Wilson's, for so many questions with this design effect, of so many users."""
        return wilson(share, asked / effect, student(self.confidence, clusters - 1))

    def rule(self, at_least: float, users: Sequence[Cluster], seconds: Sequence[Cluster] = ()) -> Ruling:
        """Whether at least so large a share is good, by what each user got, and what came in each second.

        BROKEN where the whole interval is below; HELD where the share is not and the interval's end is at most
        ``margin`` below. A share that has to be whole is BROKEN by one failure. Raises ValueError without a question.
        """
        good, asked = _totals(users)
        effect, clusters = design_effect(users, seconds), len(users)
        interval = self.interval(good / asked, asked, effect, clusters)
        status = self._status(good / asked, interval, at_least)
        more = None if status is not Status.UNKNOWN else self._more(good / asked, asked, effect, clusters, at_least)
        longer = 1.0 if more is None else self._longer(at_least, users, seconds)
        return Ruling(status, good / asked, interval, effect, clusters, more, longer)

    def _status(self, share: float, interval: Interval, at_least: float) -> Status:
        reached = share >= at_least - EXACT
        if not reached and (interval.high < at_least or at_least == 1):
            return Status.BROKEN
        if reached and interval.low >= at_least - self.margin - EXACT:
            return Status.HELD
        return Status.UNKNOWN

    def _longer(self, at_least: float, users: Sequence[Cluster], seconds: Sequence[Cluster]) -> float:
        """How many times as long the same users have to ask, if they go on like this: their answers stay as alike."""
        good, asked = _totals(users)
        for times in range(2, LONGEST):
            effect = design_effect(users, seconds, times)
            interval = self.interval(good / asked, asked * times, effect, len(users))
            if self._status(good / asked, interval, at_least) is not Status.UNKNOWN:
                return float(times)
        return float(LONGEST)

    def _more(self, share: float, asked: int, effect: float, clusters: int, at_least: float) -> int | None:
        """How many more questions, of as many more users, would settle it if they went like these."""

        def settled(times: float) -> bool:
            interval = self.interval(share, asked * times, effect, int(clusters * times))
            return self._status(share, interval, at_least) is not Status.UNKNOWN

        return more(asked, settled)


def sampling_for(expectation: object) -> Sampling:
    """How sure a verdict on this expectation has to be."""
    confidence, margin = (getattr(expectation, name, None) for name in ("confidence", "margin"))
    return Sampling(CONFIDENCE if confidence is None else confidence, MARGIN if margin is None else margin)


def more(asked: int, settled: Callable[[float], bool]) -> int | None:
    """How many more questions settle it, where so many times as many are ``settled``; None beyond ``MOST``."""
    few, many = 1.0, 2.0
    while not settled(many):
        few, many = many, many * 2
        if asked * many > MOST:
            return None
    while (many - few) * asked > 1:
        middle = (few + many) / 2
        few, many = (few, middle) if settled(middle) else (middle, many)
    return math.ceil(asked * many) - asked


def design_effect(users: Sequence[Cluster], seconds: Sequence[Cluster] = (), times: int = 1) -> float:
    """By how much more the share varies than that of as many independent questions; 1 at least.

    With ``times``, of as many times the questions of the same users, whose answers are as alike as these.
    """
    good, asked = _totals(users)
    each = sum(size * size for _, size in users) / asked
    assumed = 1 + (each * times - 1) * ALIKE
    fewer = min(good, asked - good) * times
    if not fewer:
        return assumed
    shown = max(_shown(users), _shown(seconds) if len(seconds) >= SECONDS else 0.0)
    if times > 1 and shown > 1 and each > 1:
        shown = 1 + (each * times - 1) * (shown - 1) / (each - 1)
    weight = fewer / (fewer + TELLING)
    return max(1.0, weight * shown + (1 - weight) * max(assumed, shown))


def _shown(clusters: Sequence[Cluster]) -> float:
    """The design effect that clusters show: the variance of the ratio of their sums over that of independent draws."""
    number = len(clusters)
    if number < 2:
        return 0.0
    good, asked = _totals(clusters)
    share = good / asked
    spread = sum((part - share * size) ** 2 for part, size in clusters)
    return number / (number - 1) * spread / (asked * share * (1 - share))


def _totals(clusters: Iterable[Cluster]) -> tuple[int, int]:
    pairs = tuple(clusters)
    good, asked = sum(part for part, _ in pairs), sum(size for _, size in pairs)
    if asked < 1:
        raise ValueError("there is no share of no questions")
    return good, asked


def wilson(share: float, asked: float, quantile: float) -> Interval:
    """Wilson's score interval for a share among ``asked`` independent questions."""
    square = quantile * quantile
    middle = share + square / (2 * asked)
    half = quantile * math.sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    scale = 1 + square / asked
    return Interval(max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale))


@lru_cache(maxsize=1024)
def student(confidence: float, freedom: int) -> float:
    """Student's two-sided quantile, by its expansion around the normal one; from three degrees of freedom on.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    n = max(3, freedom)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum((term / float(n) ** power for power, term in enumerate(terms, 1)), 0.0)
