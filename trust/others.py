"""Drills without a wire for recovery and retry_amplification, whose verdicts rest on more than one share. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from brownout.checkers.means import Value, rule_mean
from brownout.checkers.sampling import Sampling
from brownout.checkers.stretches import Asked, bad_stretches, clusters_of
from brownout.verdict import Status
from trust.simulation import OBJECTIVE, Case, Tally

LOADS = ((10, 12), (50, 12))
ALIKE = (0.0, 0.2, 0.4)
SHARES = (0.99, 0.95, 0.9, 0.8, 0.6)
LASTS = 20.0
"""Seconds for which users ask after what is allowed."""
RATIOS = (0.7, 1.0, 1.2, 1.5)
"""The true mean of calls, in multiples of ``at_most``."""
FAILING = 0.8
"""The part of calls that fail, each of which is made again up to ``TRIES`` times in all."""
TRIES = 4


@dataclass(frozen=True)
class Storm:
    """So many users with so many questions each, whose mean cost is ``ratio`` times what is allowed."""

    ratio: float
    users: int
    each: int
    alike: float


def _size(each: int, dice: random.Random) -> int:
    return max(1, round(dice.gauss(each, each / 4)))


def _after(case: Case, dice: random.Random) -> list[Asked]:
    """What users asked after what is allowed, by when they did."""
    ratio = (1 - case.alike) / case.alike if case.alike else 0.0
    asked = []
    for user in range(case.users):
        own = dice.betavariate(case.share * ratio, (1 - case.share) * ratio) if case.alike else case.share
        asked += [Asked(dice.uniform(0, LASTS), user, dice.random() < own) for _ in range(_size(case.each, dice))]
    return sorted(asked, key=lambda each: each.t)


def simulate_recovery(case: Case, drills: int, seed: int = 1) -> Tally:
    """The same time after an outage so often, with other dice."""
    dice, tally = random.Random(f"{seed} recovery {case}"), Tally(drills=drills)
    for _ in range(drills):
        asked = _after(case, dice)
        held = Sampling().rule(OBJECTIVE, *clusters_of(asked)).status is Status.HELD
        bad = bool(bad_stretches(Sampling(), OBJECTIVE, asked))
        tally.statuses[Status.BROKEN if bad else Status.HELD if held else Status.UNKNOWN] += 1
    return tally


def _cost(dice: random.Random) -> float:
    tries = 1
    while tries < TRIES and dice.random() < FAILING:
        tries += 1
    return float(tries)


def values_of(storm: Storm, dice: random.Random) -> list[Value]:
    """What questions cost; so many pairs of one user cost the same as they are alike."""
    values = []
    for user in range(storm.users):
        common = _cost(dice)
        for _ in range(_size(storm.each, dice)):
            cost = common if dice.random() < storm.alike**0.5 else _cost(dice)
            values.append(Value(cost, user, int(dice.uniform(0, LASTS))))
    return values


def simulate_storm(storm: Storm, drills: int, seed: int = 1) -> Tally:
    """The same questions of an outage so often, with other dice."""
    dice, tally = random.Random(f"{seed} storm {storm}"), Tally(drills=drills)
    at_most = sum(FAILING**nth for nth in range(TRIES)) / storm.ratio
    for _ in range(drills):
        tally.statuses[rule_mean(Sampling(), at_most, values_of(storm, dice)).status] += 1
    return tally


def recoveries() -> Iterator[Case]:
    """What the page tells of recovery."""
    for users, each in LOADS:
        for alike in ALIKE:
            for share in SHARES:
                yield Case(share, users, each, alike)


def storms() -> Iterator[Storm]:
    """What the page tells of retry_amplification."""
    for users, each in LOADS:
        for alike in ALIKE:
            for ratio in RATIOS:
                yield Storm(ratio, users, each, alike)
