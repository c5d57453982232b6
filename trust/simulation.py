"""Drills without a wire: users whose answers fail with a known share, and what the gate says of them. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from brownout.checkers.sampling import Cluster, Sampling
from brownout.drill import settle
from brownout.expect import CONFIDENCE
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


LOOKED_AT = (0.97, 0.95, 0.9, 0.85)
LOOKED_ALIKE = (0.0, 0.2, 0.4)
"""True shares, and how much alike answers are, in the table of drills that are played until they are settled."""


@dataclass
class Looks:
    """What is said of the same drills after one look; after two of them, each as sure as one; and after two as it is.

    ``once``, ``naive``, ``strict``: by the verdict. ``longer`` is how many were played a second time, as it is.
    """

    once: Counter[Status] = field(default_factory=Counter)
    naive: Counter[Status] = field(default_factory=Counter)
    strict: Counter[Status] = field(default_factory=Counter)
    longer: int = 0


def look_twice(case: Case, drills: int, seed: int = 1) -> Looks:
    """Drills that leave a verdict open are played once more, as much longer as the verdict asks for, within the bound.

    The second one has the same number of users, and luck of its own. See ``brownout.drill.settle``.
    """
    dice, looks = random.Random(f"{seed} looks {case}"), Looks()
    one, each = Sampling(), Sampling(confidence=1 - (1 - CONFIDENCE) / settle.LOOKS)
    for _ in range(drills):
        first = users_of(case, dice)
        looks.once[one.rule(OBJECTIVE, first).status] += 1
        looks.naive[_after_two(one, case, first, dice)[0]] += 1
        status, again = _after_two(each, case, first, dice)
        looks.strict[status] += 1
        looks.longer += again
    return looks


def _after_two(gate: Sampling, case: Case, first: list[Cluster], dice: random.Random) -> tuple[Status, bool]:
    ruled = gate.rule(OBJECTIVE, first)
    times = min(settle.TIMES - 1, ruled.longer)
    if ruled.status is not Status.UNKNOWN or times <= 1:
        return ruled.status, False
    longer = Case(case.share, case.users, round(case.each * times), case.alike)
    return gate.rule(OBJECTIVE, users_of(longer, dice)).status, True


def looked_at() -> Iterator[Case]:
    """Everything that the table of settled drills tells of."""
    for users, each in LOADS:
        for alike in LOOKED_ALIKE:
            for share in LOOKED_AT:
                yield Case(share, users, each, alike)
