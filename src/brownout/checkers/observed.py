"""What users met one by one, as numbers: what a share, a quantile or a ratio is made of. Pure.

Several drills of the same thing are pooled by putting theirs side by side: users of different drills are different.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from brownout.checkers.means import Sample, sample_of
from brownout.checkers.sampling import EXACT, Cluster, Interval, Ruling, Sampling, design_effect
from brownout.verdict import Better, Figure, Unit

Values: TypeAlias = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Part:
    """The share of values on the good side of a limit, so many of how many; ``effect`` is its design effect."""

    good: int
    asked: int
    effect: float
    users: int

    @property
    def value(self) -> float:
        """So large a part of all values."""
        return self.good / self.asked

    def interval(self, confidence: float) -> Interval:
        """Where the true share is, as verdicts have it."""
        return Sampling(confidence).interval(self.value, self.asked, self.effect, self.users)


@dataclass(frozen=True)
class Observed:
    """Values by user, and the same ones by second.

    ``quantile`` is None for a share, whose values are 1 and 0, and for a mean of ``calls``.
    """

    unit: Unit
    better: Better
    users: Values
    seconds: Values
    quantile: float | None = None

    @property
    def asked(self) -> int:
        """How many values there are in all."""
        return sum(map(len, self.users))

    @property
    def values(self) -> list[float]:
        """All of them, the smallest first."""
        return sorted(chain.from_iterable(self.users))

    def changed(self, change: Callable[[float], float]) -> Observed:
        """The same with every value changed."""
        users, seconds = (
            tuple(tuple(map(change, values)) for values in groups) for groups in (self.users, self.seconds)
        )
        return replace(self, users=users, seconds=seconds)

    def mean(self) -> Sample:
        """The mean of all values. Raises ValueError without a value."""
        return sample_of(self.users, self.seconds)

    def good(self) -> Part:
        """The share of the values that are 1."""
        return self._part(None)

    def within(self, limit: float) -> Part:
        """The share of values up to a limit."""
        return self._part(limit)

    def figure(self, confidence: float) -> Figure:
        """The share, the mean or the quantile, with its interval. Raises ValueError without a value."""
        if self.quantile is None:
            estimate = self.good() if self.unit == "share" else self.mean()
            interval = estimate.interval(confidence)
            return Figure(estimate.value, interval.low, interval.high, self.unit, self.better)
        values = self.values
        value = nearest_rank(values, self.quantile)
        at = self.within(value)
        around = Sampling(confidence).interval(self.quantile, at.asked, at.effect, at.users)
        low, high = (nearest_rank(values, share) for share in (around.low, around.high))
        return Figure(value, low, high, self.unit, self.better)

    def rule(self, sampling: Sampling, at_least: float, limit: float | None = None) -> Ruling:
        """Whether so large a share is good, or within a limit. Raises ValueError without a value."""
        return sampling.rule(at_least, *self._clusters(limit))

    def _clusters(self, limit: float | None) -> tuple[list[Cluster], list[Cluster]]:
        """How many values are 1, or within a limit, by user and by second."""
        good = (lambda value: value >= 1) if limit is None else (lambda value: value <= limit + EXACT)
        by_user, by_second = (
            [(sum(map(good, values)), len(values)) for values in groups] for groups in (self.users, self.seconds)
        )
        return by_user, by_second

    def _part(self, limit: float | None) -> Part:
        by_user, by_second = self._clusters(limit)
        asked = sum(size for _, size in by_user)
        if not asked:
            raise ValueError("there is no share of nothing")
        effect = design_effect(by_user, by_second)
        return Part(sum(part for part, _ in by_user), asked, effect, len(by_user))


def nearest_rank(values: Sequence[float], share: float) -> float:
    """The value below or at which so large a share of all lies; one of the values, which are sorted."""
    return values[max(0, math.ceil(share * len(values) - EXACT) - 1)]


def grouped(
    rows: Iterable[tuple[Hashable, Hashable, float]], unit: Unit, better: Better, quantile: float | None = None
) -> Observed:
    """Values with their user and their second, in the order of time."""
    users: dict[Hashable, list[float]] = {}
    seconds: dict[Hashable, list[float]] = {}
    for user, second, value in rows:
        users.setdefault(user, []).append(value)
        seconds.setdefault(second, []).append(value)
    by_user, by_second = (tuple(map(tuple, groups.values())) for groups in (users, seconds))
    return Observed(unit, better, by_user, by_second, quantile)


def of_clusters(users: Sequence[Cluster], seconds: Sequence[Cluster]) -> Observed:
    """A share, by how many of each user's, and of each second's, are good."""
    by_user, by_second = (
        tuple((1.0,) * good + (0.0,) * (size - good) for good, size in groups) for groups in (users, seconds)
    )
    return Observed("share", "higher", by_user, by_second)


def pooled(parts: Sequence[Observed]) -> Observed:
    """What several drills showed of the same thing, as one. Raises ValueError for none."""
    if not parts:
        raise ValueError("there is nothing to pool")
    users = tuple(chain.from_iterable(part.users for part in parts))
    seconds = tuple(chain.from_iterable(part.seconds for part in parts))
    return replace(parts[0], users=users, seconds=seconds)
