"""Drills without a wire: users whose answers fail with a known share, and what the gate says of them. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from brownout.checkers.sampling import Cluster, Sampling
from brownout.verdict import Status

OBJECTIVE = 0.95
TRUTHS = (0.999, 0.99, 0.97, 0.95, 0.93, 0.9, 0.85, 0.7)
LOADS = ((10, 6), (10, 12), (20, 12), (50, 12))
"""Users, and questions of each."""
ALIKE = (0.0, 0.1, 0.2, 0.4)
"""How much alike the answers to one user are: intraclass correlation."""


@dataclass(frozen=True)
class Case:
    """So many users with so many questions each, of which this share is answered."""

    share: float
    users: int
    each: int
    alike: float


@dataclass
class Tally:
    """What the gate said of many such drills, and how often the interval held the truth."""

    statuses: Counter[Status] = field(default_factory=Counter)
    covered: int = 0
    drills: int = 0

    def of(self, status: Status) -> float:
        """The share of drills with this verdict."""
        return self.statuses[status] / self.drills

    @property
    def coverage(self) -> float:
        """The share of drills in whose interval the truth was."""
        return self.covered / self.drills


def users_of(case: Case, dice: random.Random) -> list[Cluster]:
    """Users whose own shares scatter around the true one as a beta distribution of this correlation has it."""
    ratio = (1 - case.alike) / case.alike if case.alike else 0.0
    clusters = []
    for _ in range(case.users):
        own = dice.betavariate(case.share * ratio, (1 - case.share) * ratio) if case.alike else case.share
        size = max(1, round(dice.gauss(case.each, case.each / 4)))
        clusters.append((sum(dice.random() < own for _ in range(size)), size))
    return clusters


def simulate(case: Case, drills: int, seed: int = 1, sampling: Sampling | None = None) -> Tally:
    """The same drill so many times, with other dice."""
    dice, tally = random.Random(f"{seed} {case}"), Tally()
    gate = sampling or Sampling()
    for _ in range(drills):
        ruled = gate.rule(OBJECTIVE, users_of(case, dice))
        tally.statuses[ruled.status] += 1
        tally.covered += ruled.interval.low <= case.share <= ruled.interval.high
        tally.drills += 1
    return tally


def cases() -> Iterator[Case]:
    """Everything that the page tells of."""
    for users, each in LOADS:
        for alike in ALIKE:
            for share in TRUTHS:
                yield Case(share, users, each, alike)
