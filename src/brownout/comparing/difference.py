"""Whether two shares, two means, or two quantiles, differ by more than chance makes them. Pure.

The interval of a difference of shares is put together from those of the two shares, which are cluster-robust already:
Newcombe's hybrid of two score intervals, method 10 of "Interval estimation for the difference between independent
proportions", Statistics in Medicine 17 (1998), 873-890, https://pubmed.ncbi.nlm.nih.gov/9595617/. That of a difference
of means is put together the same way (MOVER): Zou and Donner, "Construction of confidence limits about effect measures:
a general approach", Statistics in Medicine 27 (2008), 1693-1702, https://pubmed.ncbi.nlm.nih.gov/17960596/.

Two quantiles are compared by shares, as a median test does it, https://en.wikipedia.org/wiki/Median_test: of either
side's values, so many are up to the smaller one of the two quantiles. Several differences are told apart at once as
Holm has it, so that the risk of any false word is the one that was asked for:
https://en.wikipedia.org/wiki/Holm%E2%80%93Bonferroni_method.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

from brownout.checkers.observed import Observed, nearest_rank
from brownout.checkers.sampling import Interval
from brownout.comparison import Word
from brownout.verdict import Better

LONGER, SECONDS = 1.2, 0.1
"""Waits that are no more than a fifth, or a tenth of a second, longer are no worse: so much is the machine's doing."""
_FARTHEST = 6.0
_STEPS = 20
_NORMAL = NormalDist()


class Estimate(Protocol):
    """A share or a mean that was measured, and where the true one may lie."""

    @property
    def value(self) -> float:
        """What was measured: a share, or a mean."""

    def interval(self, confidence: float) -> Interval:
        """Where the truth is, with such confidence."""


@dataclass(frozen=True)
class Told:
    """Which way B differs from A, and the chance of so large a difference where there is none."""

    word: Word
    p: float


_ALIKE = Told("not told apart", 1.0)


def difference(a: Estimate, b: Estimate, confidence: float) -> Interval:
    """Where the truth of B minus that of A lies."""
    of_a, of_b = a.interval(confidence), b.interval(confidence)
    between = b.value - a.value
    return Interval(
        between - math.hypot(b.value - of_b.low, of_a.high - a.value),
        between + math.hypot(of_b.high - b.value, a.value - of_a.low),
    )


def chance(a: Estimate, b: Estimate) -> float:
    """The chance of such a difference where there is none in truth: two-sided, by the interval that ends at 0."""

    def differ(z: float) -> bool:
        interval = difference(a, b, 2 * _NORMAL.cdf(z) - 1)
        return interval.low > 0 or interval.high < 0

    near, far = 0.0, _FARTHEST
    for _ in range(_STEPS):
        middle = (near + far) / 2
        near, far = (middle, far) if differ(middle) else (near, middle)
    return 2 * (1 - _NORMAL.cdf(near))


def told(a: Observed, b: Observed) -> Told:
    """How B differs from A, by itself. Raises ValueError where a side has no value."""
    if a.quantile is None:
        of_a, of_b = (side.good() if a.unit == "share" else side.mean() for side in (a, b))
        return _by_value(of_a, of_b, a.better)
    for word, fast, slow in (("worse", a, b.changed(forgiven)), ("better", b, a.changed(forgiven))):
        p = _slower(fast, slow, a.quantile)
        if p < 1:
            return Told("worse" if word == "worse" else "better", p)
    return _ALIKE


def _by_value(a: Estimate, b: Estimate, better: Better) -> Told:
    if a.value == b.value:
        return _ALIKE
    return Told("better" if (b.value > a.value) is (better == "higher") else "worse", chance(a, b))


def forgiven(wait: float) -> float:
    """A wait as it is held against another one: less by what a machine may make of it."""
    return max(0.0, min(wait / LONGER, wait - SECONDS))


def _slower(fast: Observed, slow: Observed, quantile: float) -> float:
    """The chance of so different quantiles; 1 where the one that should be larger is not."""
    smaller, larger = (nearest_rank(side.values, quantile) for side in (fast, slow))
    if larger <= smaller:
        return 1.0
    few, many = slow.within(smaller), fast.within(smaller)
    return chance(few, many) if few.value < many.value else 1.0


def holm(chances: Sequence[float]) -> list[float]:
    """The same chances, corrected for how many there are: each may be held against the risk that all may run."""
    corrected, largest = [1.0] * len(chances), 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda place: chances[place])):
        largest = max(largest, min(1.0, chances[place] * (len(chances) - rank)))
        corrected[place] = largest
    return corrected
