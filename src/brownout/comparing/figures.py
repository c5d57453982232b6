"""Figures in words: ``93.4% (87.1% to 96.8%)``. Pure."""

from __future__ import annotations

import math

from brownout.checkers import clauses
from brownout.checkers.case import percent
from brownout.checkers.sampling import EXACT, Interval
from brownout.config import units
from brownout.verdict import Figure


def in_words(figure: Figure) -> str:
    """What was measured, and from where to where the true one may lie."""
    if figure.unit == "share":
        return f"{percent(figure.value)} ({percent(figure.low)} to {math.ceil(figure.high * 1000 - EXACT) / 10:g}%)"
    if figure.unit == "seconds":
        return f"{units.in_words(figure.value)} ({units.in_words(figure.low)} to {units.in_words(figure.high)})"
    return f"{figure.value:.3g} ({clauses.in_words(Interval(figure.low, figure.high))})"
