"""In which stretches of time too few questions were answered, told with a stated risk for all looks together. Pure.

Questions are cut in halves by when they were asked, and each half again, down to ``LEAST`` of them. Each stretch is
judged by an interval whose confidence makes up for how often it was looked: half of the risk is for all questions, half
for the parts together (Bonferroni's correction: https://en.wikipedia.org/wiki/Bonferroni_correction). So two failures
which happened to lie in one window prove nothing. In a short stretch the questions of one second are taken to be alike,
and the failures of whoever failed most are one.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from brownout.checkers.sampling import ALIKE, EXACT, SECONDS, Cluster, Interval, Sampling, design_effect

LEAST = 20
"""A stretch that is a part of another one has so many questions at least."""
FEWEST = 10
"""So few of all prove nothing."""


@dataclass(frozen=True)
class Asked:
    """One question: when, by whom, and whether it was answered whole."""

    t: float
    user: Hashable
    good: bool


@dataclass(frozen=True)
class Stretch:
    """Questions ``start`` to ``end`` (excluded) of all, of which a share was good, and where the true one is."""

    start: int
    end: int
    good: int
    interval: Interval

    def holds(self, other: Stretch) -> bool:
        """Whether the other one is a part of this one."""
        return self is not other and self.start <= other.start and other.end <= self.end


def bad_stretches(sampling: Sampling, at_least: float, asked: Sequence[Asked]) -> list[Stretch]:
    """The smallest stretches whose share is below ``at_least``, in their order; the risk is that of all looks together.

    Of a share that has to be whole, one failure is enough.
    """
    if len(asked) < FEWEST:
        return []
    whole, *parts = _halves(0, len(asked))
    risk = (1 - sampling.confidence) / (2 if parts else 1)
    judged = [_stretch(Sampling(1 - risk), asked, *whole)]
    judged += [_stretch(Sampling(1 - risk / len(parts)), asked, *part) for part in parts]
    bad = [each for each in judged if _is_bad(each, at_least)]
    smallest = [each for each in bad if not any(each.holds(other) for other in bad)]
    return sorted(smallest, key=lambda each: each.start)


def clusters_of(asked: Sequence[Asked]) -> tuple[list[Cluster], list[Cluster]]:
    """What each user got, and what came in each second."""
    return _clusters([(each.user, each.good) for each in asked]), _clusters(
        [(math.floor(each.t), each.good) for each in asked]
    )


def _halves(start: int, end: int) -> Iterator[tuple[int, int]]:
    yield start, end
    if end - start >= 2 * LEAST:
        middle = (start + end) // 2
        yield from _halves(start, middle)
        yield from _halves(middle, end)


def _stretch(strict: Sampling, asked: Sequence[Asked], start: int, end: int) -> Stretch:
    part = asked[start:end]
    interval = _interval(strict, part)
    if len(rest := _without_the_unluckiest(part)) < len(part):
        interval = Interval(interval.low, max(interval.high, _interval(strict, rest).high))
    return Stretch(start, end, sum(each.good for each in part), interval)


def _interval(strict: Sampling, part: Sequence[Asked]) -> Interval:
    users, seconds = clusters_of(part)
    together = 1 + (sum(size * size for _, size in seconds) / len(part) - 1) * ALIKE if len(seconds) < SECONDS else 1
    effect = max(design_effect(users, seconds), together)
    return strict.interval(sum(each.good for each in part) / len(part), len(part), effect, len(users))


def _without_the_unluckiest(part: Sequence[Asked]) -> list[Asked]:
    """All but the further failures of whoever failed most, for these are one proof; all, where there is nobody else."""
    failures = Counter(each.user for each in part if not each.good)
    if len({each.user for each in part}) < 2 or not failures:
        return list(part)
    worst = failures.most_common(1)[0][0]
    first = next(each for each in part if each.user == worst and not each.good)
    return [each for each in part if each.good or each.user != worst or each is first]


def _is_bad(stretch: Stretch, at_least: float) -> bool:
    whole = at_least == 1 and stretch.good < stretch.end - stretch.start
    return whole or stretch.interval.high < at_least - EXACT


def _clusters(pairs: Sequence[tuple[Hashable, bool]]) -> list[Cluster]:
    clusters: defaultdict[Hashable, list[bool]] = defaultdict(list)
    for name, good in pairs:
        clusters[name].append(good)
    return [(sum(each), len(each)) for each in clusters.values()]
