"""Several shares and means of which one verdict is made, each asked for by itself, as numbers. Pure.

Several drills of the same thing are pooled by putting their values side by side, aspect by aspect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from brownout.checkers.means import rule_sample
from brownout.checkers.observed import Observed, pooled
from brownout.checkers.sampling import Sampling
from brownout.verdict import Status


@dataclass(frozen=True)
class Aspect:
    """One thing that is asked for: the values of its share or mean, and what is asked of it.

    ``asks`` is the least that a share may be, and the most of a mean. ``against`` are the values of good days, if it is
    so large a part of their share that is asked for. Fewer than ``needed`` values of either tell nothing.
    """

    name: str
    observed: Observed
    asks: float
    needed: int = 1
    against: Observed | None = None

    @property
    def enough(self) -> bool:
        """Whether there are values enough to tell anything."""
        least = max(1, self.needed)
        return self.observed.asked >= least and (self.against is None or self.against.asked >= least)

    def rule(self, sampling: Sampling) -> Status:
        """What the values say, be they of one drill or of several; UNKNOWN where these are too few."""
        if not self.enough:
            return Status.UNKNOWN
        if self.observed.unit == "calls":
            return rule_sample(sampling, self.asks, self.observed.mean()).status
        if self.against is None:
            return self.observed.rule(sampling, self.asks).status
        calm = self.against.good()
        ruled = self.observed.rule(sampling, self.asks * calm.value)
        beside = ruled.interval.high >= calm.interval(sampling.confidence).low
        return Status.UNKNOWN if ruled.status is Status.BROKEN and beside else ruled.status


def together(drills: Sequence[Sequence[Aspect]]) -> list[Aspect]:
    """What several drills showed, each aspect over all drills in which it was put to the test."""
    by_name: dict[str, list[Aspect]] = {}
    for each in (aspect for drill in drills for aspect in drill):
        by_name.setdefault(each.name, []).append(each)
    return [_as_one(group) for group in by_name.values()]


def _as_one(group: Sequence[Aspect]) -> Aspect:
    calm = [each.against for each in group if each.against is not None]
    return replace(
        group[0],
        observed=pooled([each.observed for each in group]),
        against=pooled(calm) if calm else None,
    )
