"""What a cost for each answer is in truth, by users who cost unequally: an interval, and what follows. Pure.

Both figures are ratios of sums over users, and their variance is that of the linearised ratio over users as clusters
(https://en.wikipedia.org/wiki/Ratio_estimator, https://en.wikipedia.org/wiki/Delta_method): whoever is struck often
asks often, and a user's questions are no independent draws. Factors are taken on the scale of logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from brownout.checkers.sampling import EXACT, student
from brownout.verdict import Status

FEWEST = 3
"""Fewer users show no variance between users."""


@dataclass(frozen=True)
class Spent:
    """What one user of a journey had: what was spent ``calm`` and ``met`` (while faults struck), for so many answers.

    Answers are weighed: one to a prompt twice as long counts about twice.
    """

    stratum: str
    calm: float
    calm_answers: float
    met: float
    met_answers: float


@dataclass(frozen=True)
class Estimate:
    """A figure, and where the true one is with the confidence that was asked for."""

    value: float
    low: float
    high: float


def factor(users: Sequence[Spent], confidence: float) -> Estimate | None:
    """How many times as much was spent for an answer as in healthy phases, journey by journey; None without either.

    A user of a journey without a healthy answer has nothing to be compared with, and must not be among them.
    """
    calm, answers = _sums(users, "calm"), _sums(users, "calm_answers")
    rate = {name: calm[name] / answers[name] for name in calm if answers[name] > 0}
    expected = {name: rate.get(name, 0.0) * total for name, total in _sums(users, "met_answers").items()}
    whole, spent = sum(expected.values()), sum(user.met for user in users)
    if whole <= 0 or spent <= 0 or any(value <= 0 for value in rate.values()):
        return None
    residuals = []
    for user in users:
        part = expected[user.stratum] / whole
        answered = user.calm_answers / answers[user.stratum] if answers[user.stratum] else 0.0
        noise = user.calm / calm[user.stratum] - answered if calm[user.stratum] else 0.0
        residuals.append(user.met / spent - rate.get(user.stratum, 0.0) * user.met_answers / whole - part * noise)
    half = _half(residuals, confidence)
    value = spent / whole
    return Estimate(value, value * math.exp(-half), value * math.exp(min(half, 50.0)))


def average(users: Sequence[Spent], confidence: float) -> Estimate | None:
    """What was spent for an answer while faults struck; None without an answer."""
    spent, answers = sum(user.met for user in users), sum(user.met_answers for user in users)
    if answers <= 0:
        return None
    value = spent / answers
    half = _half([(user.met - value * user.met_answers) / answers for user in users], confidence)
    return Estimate(value, max(0.0, value - half), value + half)


def ruled(estimate: Estimate, at_most: float, margin: float) -> Status:
    """BROKEN where all of the interval is beyond; HELD where the figure is not, and the interval little; else open."""
    if estimate.low > at_most + EXACT:
        return Status.BROKEN
    if estimate.value <= at_most + EXACT and estimate.high <= at_most * (1 + margin) + EXACT:
        return Status.HELD
    return Status.UNKNOWN


def _sums(users: Sequence[Spent], name: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for user in users:
        sums[user.stratum] = sums.get(user.stratum, 0.0) + getattr(user, name)
    return sums


def _half(residuals: Sequence[float], confidence: float) -> float:
    """Half of the interval, from what each user adds to the error; endless for too few users."""
    number = len(residuals)
    if number < FEWEST:
        return math.inf
    return student(confidence, number - 1) * math.sqrt(number / (number - 1) * sum(each * each for each in residuals))
