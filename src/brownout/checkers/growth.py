"""Whether something that an application holds was let go of again after an outage, or leaks. Pure.

More than before is no leak yet: what is warm holds more than what is cold, a pool grows to its size and stays, and
more questions fill more memory on the best of days. So what is judged is what is there beyond the growth of healthy
phases, question for question, and whether it went on growing while the faults lasted. The slopes are Theil and Sen's,
the median over all pairs, which a few outliers do not move: https://en.wikipedia.org/wiki/Theil-Sen_estimator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import TypeAlias

from brownout.verdict import Status

Point: TypeAlias = tuple[float, float]
"""How many questions had been asked, and what was held then."""
BEFORE = 3
"""So few looks before the faults say what is usual."""
TREND = 4
"""So many looks say whether it grows on a healthy platform as well."""
AFTER = 2
"""So few looks after the faults show that what is there stays."""
DURING = 8
"""So many looks while the faults last tell a leak from a plateau."""
GOES_ON = 0.5
"""A leak grows in the second half of the faults at this part of its whole pace, at least."""
RISING = 0.75
"""A leak rises between so many of all pairs of these looks; what goes up and down does not."""
SETTLED = 0.2
"""What grew at no more than this part of it had come to its plateau."""


@dataclass(frozen=True)
class Growth:
    """What was held ``before`` and ``after``, and how much more that is than ``allowed``.

    ``excess`` is what healthy growth does not explain. ``pace`` is growth for each question while the faults lasted,
    ``steady`` how much of it was left in their second half; None where that was not asked, or cannot be told.
    """

    status: Status
    before: float
    after: float
    excess: float
    allowed: float
    pace: float | None = None
    steady: float | None = None

    @property
    def settled(self) -> bool:
        """Whether it is more than allowed, but had stopped growing: a plateau."""
        return self.status is Status.HELD and self.excess > self.allowed


def growth(
    before: Sequence[Point], during: Sequence[Point], after: Sequence[Point], share: float, floor: float
) -> Growth | None:
    """What became of one thing; ``share`` of what was there and ``floor`` beside are allowed. None for too few looks.

    BROKEN where all looks ``after`` have more than that and it grew for as long as the faults lasted; HELD where one of
    them does not, or where it had stopped; UNKNOWN between, and where too few looks tell.
    """
    if len(before) < BEFORE or len(after) < AFTER:
        return None
    usual = before[len(before) // 2 :]
    level, since = median(y for _, y in usual), median(x for x, _ in usual)
    healthy = max(_healthy(usual), _healthy(after))
    excess, held = min((y - level - healthy * max(0.0, x - since), y) for x, y in after)
    allowed = share * level + floor
    if excess <= allowed:
        return Growth(Status.HELD, level, held, excess, allowed)
    if len(during) < DURING or during[-1][0] <= during[0][0]:
        return Growth(Status.UNKNOWN, level, held, excess, allowed)
    pace, late = _pace(level, during), during[len(during) // 2 :]
    if pace <= 0:
        return Growth(Status.UNKNOWN, level, held, excess, allowed)
    steady = (slope(late) or 0.0) / pace
    leaks = steady >= GOES_ON and rising(late) >= RISING
    status = Status.BROKEN if leaks else Status.HELD if steady <= SETTLED else Status.UNKNOWN
    return Growth(status, level, held, excess, allowed, pace, steady)


def _pace(level: float, during: Sequence[Point]) -> float:
    """Growth for each question from what was usual to the last third of the faults."""
    return (median(y for _, y in during[-(len(during) // 3) :]) - level) / (during[-1][0] - during[0][0])


def rising(points: Sequence[Point]) -> float:
    """The part of all pairs of points of which the later one holds more; half of those that hold the same."""
    pairs = list(combinations(points, 2))
    return sum(1.0 if d > b else 0.5 if d == b else 0.0 for (_, b), (_, d) in pairs) / len(pairs) if pairs else 0.0


def slope(points: Sequence[Point]) -> float | None:
    """Theil and Sen's: the median slope over all pairs of points; None where no two are apart."""
    slopes = [(d - b) / (c - a) for (a, b), (c, d) in combinations(points, 2) if c != a]
    return median(slopes) if slopes else None


def _healthy(points: Sequence[Point]) -> float:
    """Growth for each question on a healthy platform; none where too few looks show one."""
    return max(0.0, slope(points) or 0.0) if len(points) >= TREND else 0.0
