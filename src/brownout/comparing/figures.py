"""Figures in words: ``93.4% (87.1% to 96.8%)``. Pure."""

from __future__ import annotations

import math

from brownout.checkers.case import percent
from brownout.checkers.sampling import EXACT
from brownout.config import units
from brownout.verdict import Figure


def in_words(figure: Figure) -> str:
    """What was measured, and from where to where the true one may lie."""
    if figure.unit == "share":
        return f"{percent(figure.value)} ({percent(figure.low)} to {math.ceil(figure.high * 1000 - EXACT) / 10:g}%)"
    say = units.in_words if figure.unit == "seconds" else _calls
    return f"{say(figure.value)} ({say(figure.low)} to {say(figure.high)})"


def _calls(number: float) -> str:
    return f"{number:.3g}"
