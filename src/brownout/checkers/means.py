"""What a mean that was measured says of the true one: an interval, and whether it settles an objective. Pure.

The mean is a ratio over clusters (users, then seconds; the larger variance counts), told as a design effect as that of
a share is, with Student's quantile: https://en.wikipedia.org/wiki/Ratio_estimator. A variance knows nothing of what
never happened: so many questions that all took nine calls look as if no question could take one. So the lower end is
also that of a mean in which as many took nothing at all as could have stayed unseen (Wilson's limit for none).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from brownout.checkers.ratio import Estimate, ruled
from brownout.checkers.sampling import ALIKE, SECONDS, TELLING, Interval, Sampling, more, student
from brownout.verdict import Status


@dataclass(frozen=True)
class Value:
    """What one question came to, whose it was, and the second in which it was asked."""

    value: float
    user: Hashable
    second: int


@dataclass(frozen=True)
class MeanRuling:
    """What was measured, where the truth is, and what follows; ``more`` questions would settle what is UNKNOWN.

    ``more`` is None where it is settled, or where no number of questions would.
    """

    status: Status
    mean: float
    interval: Interval
    more: int | None = None


@dataclass(frozen=True)
class Sample:
    """A mean, of so many values of so many users (``clusters``); ``effect`` is its design effect."""

    value: float
    variance: float
    asked: float
    effect: float
    clusters: int

    def times(self, factor: float) -> Sample:
        """A sample that is so many times as large, of as many more users, and else like this one."""
        return Sample(self.value, self.variance, self.asked * factor, self.effect, int(self.clusters * factor))

    def interval(self, confidence: float) -> Interval:
        """Where the true mean is; no value is below 0."""
        quantile, asked = student(confidence, self.clusters - 1), self.asked / self.effect
        half = quantile * math.sqrt(self.variance / asked)
        unseen = quantile * quantile / (asked + quantile * quantile)
        return Interval(max(0.0, self.value - math.hypot(half, unseen * self.value)), self.value + half)


def rule_mean(sampling: Sampling, at_most: float, values: Sequence[Value]) -> MeanRuling:
    """Whether values are at most so large on average. Raises ValueError without a value."""
    users: defaultdict[Hashable, list[float]] = defaultdict(list)
    seconds: defaultdict[int, list[float]] = defaultdict(list)
    for each in values:
        users[each.user].append(each.value)
        seconds[each.second].append(each.value)
    return rule_sample(sampling, at_most, sample_of([*users.values()], [*seconds.values()]))


def rule_sample(sampling: Sampling, at_most: float, sample: Sample) -> MeanRuling:
    """Whether a mean is at most so large.

    BROKEN where the whole interval is above; HELD where the mean is not, and the interval's upper end is at most
    ``margin`` of ``at_most`` above.
    """
    status = _status(sampling, sample, at_most)
    further = _more(sampling, sample, at_most) if status is Status.UNKNOWN else None
    return MeanRuling(status, sample.value, sample.interval(sampling.confidence), further)


def _status(sampling: Sampling, sample: Sample, at_most: float) -> Status:
    interval = sample.interval(sampling.confidence)
    return ruled(Estimate(sample.value, interval.low, interval.high), at_most, sampling.margin)


def _more(sampling: Sampling, sample: Sample, at_most: float) -> int | None:
    """How many more questions, of as many more users, would settle it if they went like these."""

    def settled(times: float) -> bool:
        return _status(sampling, sample.times(times), at_most) is not Status.UNKNOWN

    return more(int(sample.asked), settled)


def sample_of(by_user: Sequence[Sequence[float]], by_second: Sequence[Sequence[float]]) -> Sample:
    """The mean of values, which are given by user, and the same ones by second. Raises ValueError without a value."""
    values = [value for group in by_user for value in group]
    asked = len(values)
    if not asked:
        raise ValueError("there is no mean of no values")
    mean = sum(values) / asked
    variance = sum((value - mean) ** 2 for value in values) / max(1, asked - 1)
    users, seconds = (_clusters(mean, groups) for groups in (by_user, by_second))
    return Sample(mean, variance, asked, _effect(variance, asked, users, seconds), len(users))


def _clusters(mean: float, groups: Sequence[Sequence[float]]) -> list[tuple[float, int]]:
    """By how much the sum of each cluster is off what its size explains, and its size."""
    return [(sum(group) - mean * len(group), len(group)) for group in groups]


def _effect(
    variance: float, asked: int, users: Sequence[tuple[float, int]], seconds: Sequence[tuple[float, int]]
) -> float:
    """By how much more the mean varies than that of as many independent values; 1 at least."""
    assumed = 1 + (sum(size * size for _, size in users) / asked - 1) * ALIKE
    if not variance:
        return assumed
    shown = max(_shown(variance, asked, users), _shown(variance, asked, seconds) if len(seconds) >= SECONDS else 0.0)
    weight = len(users) / (len(users) + TELLING)
    return max(1.0, weight * shown + (1 - weight) * max(assumed, shown))


def _shown(variance: float, asked: int, clusters: Sequence[tuple[float, int]]) -> float:
    """The design effect that clusters show: the variance of the ratio of their sums over that of independent draws."""
    number = len(clusters)
    return number / (number - 1) * sum(off * off for off, _ in clusters) / (asked * variance) if number > 1 else 0.0
