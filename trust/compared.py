"""Pairs of drills without a wire, and how often a comparison says that one is worse. Pure."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from brownout.checkers.observed import Observed, grouped
from brownout.comparing.difference import LONGER, holm, told
from brownout.comparison import Word, overall
from trust.others import Storm, values_of
from trust.simulation import Case, users_of

RISK = 0.05
LOADS = ((10, 12), (50, 12))
ALIKE = (0.0, 0.2, 0.4)
PAIRS = 1000
SHARES = ((0.99, 0.99), (0.9, 0.9), (0.5, 0.5), (0.99, 0.9), (0.9, 0.7))
"""The true shares of A and of B."""
WAITS = (1.0, LONGER, 1.5, 2.0, 3.0)
"""B's waits in multiples of A's; so little more as the second has it is forgiven, and nobody's fault."""
CALLS = (1.0, 1.2, 1.5)
"""What a question costs in B on average, in multiples of what it costs in A."""
SECONDS = 60
OBJECTIVES = 4
QUANTILE = 0.95
_SPREAD = 0.5


@dataclass(frozen=True)
class Pair:
    """Two drills of so many users with so many questions each: ``what`` is compared, with the truth of either side."""

    what: str
    a: float
    b: float
    users: int
    each: int
    alike: float


def _share(case: Case, dice: random.Random) -> Observed:
    rows = [
        (user, dice.randrange(SECONDS), float(number < good))
        for user, (good, size) in enumerate(users_of(case, dice))
        for number in range(size)
    ]
    return grouped(rows, "share", "higher")


def _waits(pair: Pair, times: float, dice: random.Random) -> Observed:
    """Waits that scatter as a lognormal distribution, of users who scatter so themselves."""
    of_user, of_wait = (_SPREAD * math.sqrt(part) for part in (pair.alike, 1 - pair.alike))
    rows = []
    for user in range(pair.users):
        own = dice.gauss(0, of_user)
        size = max(1, round(dice.gauss(pair.each, pair.each / 4)))
        rows += [(user, dice.randrange(SECONDS), times * math.exp(own + dice.gauss(0, of_wait))) for _ in range(size)]
    return grouped(rows, "seconds", "lower", QUANTILE)


def _calls(pair: Pair, times: float, dice: random.Random) -> Observed:
    """Calls a question, most of which fail and are made again."""
    values = values_of(Storm(1.0, pair.users, pair.each, pair.alike), dice)
    return grouped([(each.user, each.second, times * each.value) for each in values], "calls", "lower")


def _sides(pair: Pair, dice: random.Random) -> tuple[Observed, Observed]:
    if pair.what in ("p95", "calls"):
        play = _waits if pair.what == "p95" else _calls
        return play(pair, pair.a, dice), play(pair, pair.b, dice)
    a, b = (_share(Case(share, pair.users, pair.each, pair.alike), dice) for share in (pair.a, pair.b))
    return a, b


def _word(pair: Pair, dice: random.Random) -> Word:
    """What is said overall: of one objective, or of several at once."""
    differences = [told(*_sides(pair, dice)) for _ in range(OBJECTIVES if pair.what == "4 shares" else 1)]
    chances = holm([difference.p for difference in differences])
    return overall(
        difference.word if p < RISK else "not told apart" for difference, p in zip(differences, chances, strict=True)
    )


def simulate(pair: Pair, times: int, seed: int = 1) -> Counter[Word]:
    """What a comparison said of so many such pairs."""
    dice = random.Random(f"{seed} {pair}")
    return Counter(_word(pair, dice) for _ in range(times))


def pairs() -> Iterator[Pair]:
    """Everything that the page tells of: nothing changed, and something did."""
    for users, each in LOADS:
        for alike in ALIKE:
            for a, b in SHARES:
                yield Pair("share", a, b, users, each, alike)
            yield Pair("4 shares", 0.9, 0.9, users, each, alike)
            for times in WAITS:
                yield Pair("p95", 1.0, times, users, each, alike)
            for times in CALLS:
                yield Pair("calls", 1.0, times, users, each, alike)
