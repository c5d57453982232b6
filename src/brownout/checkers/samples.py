"""The arithmetic of shares and samples, for all checkers: what is enough to judge, and what reaches a share."""

from __future__ import annotations

import math

from brownout.checkers.case import Case, count, percent
from brownout.verdict import Verdict

_EXACT = 1e-9
"""Shares are compared as numbers: 9 of 10 reach 90% whatever the last bit of 0.9 says."""


def reaches(good: int, of: int, share: float) -> bool:
    """Whether so many ``of`` all reach the share."""
    return good >= share * of - _EXACT


def needed(of: int, share: float) -> int:
    """How many ``of`` all have to be good to reach the share."""
    return math.ceil(share * of - _EXACT)


def in_words(good: int, of: int) -> str:
    """``90% (9 of 10)``."""
    return f"{percent(good / of)} ({good:,} of {of:,})"


def doubt(case: Case, number: int, wanted: int, what: str) -> Verdict | None:
    """Why so many cannot be judged: too few, or survivors only. None where they can."""
    if number < wanted:
        return case.too_few(number, wanted, what)
    if case.scope.presence.most_were_away:
        return case.survivors(count(number, what), number)
    return None
