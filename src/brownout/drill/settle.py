"""A drill that leaves verdicts open is played once more, slower: what is open, how much slower, what is left. Pure.

No journal is mixed with another: each drill is judged by itself. Two of them are two looks at the same question, and
who looks twice is deceived by chance twice as often; so each look is twice as strict (``LOOKS``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from brownout.config.units import SLOWEST, in_words
from brownout.judging.both import together
from brownout.result import Result
from brownout.verdict import Status, Verdict

LOOKS: Final = 2
"""The first drill, and at most one more."""
TIMES: Final = 4.0
LEAST: Final = 60.0
"""Both timelines last at most so many times the first, and that many seconds at least, where nobody says otherwise."""


@dataclass(frozen=True)
class Longer:
    """The drill that is to follow: ``times`` as long, of the ``wanted`` that would settle what is ``open``."""

    speed: float
    times: float
    wanted: float
    open: tuple[Verdict, ...]


def bound(planned: float, at_most: float | None) -> float:
    """Seconds that both timelines may last together, the first of which is planned to last so many."""
    return max(LEAST, TIMES * planned) if at_most is None else at_most


def still_open(result: Result) -> tuple[Verdict, ...]:
    """The verdicts of a drill that a longer one may settle."""
    if result.outcome != "completed":
        return ()
    return tuple(each for each in result.verdicts if each.status is Status.UNKNOWN and each.longer > 1)


def longer(result: Result, planned: float, at_most: float | None) -> Longer | None:
    """What is to follow a drill; None where nothing is open, or no time is left for a longer one."""
    unsettled = still_open(result)
    left = bound(planned, at_most) - planned
    if not unsettled or left <= planned:
        return None
    wanted = max(each.longer for each in unsettled)
    times = min(wanted, left / planned, result.speed / SLOWEST)
    return Longer(result.speed / times, times, wanted, unsettled)


def in_one_line(result: Result, planned: float, at_most: float | None) -> str:
    """What is not settled by the first drill, and what follows; empty where it settled all that a longer one could."""
    unsettled = still_open(result)
    if not unsettled:
        return ""
    names, left = ", ".join(each.id for each in unsettled), bound(planned, at_most) - planned
    following = longer(result, planned, at_most)
    if following is None:
        most = f"--at-most leaves {in_words(max(0.0, left))}"
        wanted = max(each.longer for each in unsettled)
        needs, enough = in_words(planned * wanted), in_words(for_both(planned, wanted))
        return f"Not settled: {names}. A drill of about {needs} would settle it, and {most}: give it {enough} in all."
    lasts = in_words(planned * following.times)
    short = f"; {in_words(planned * following.wanted)} would be needed" if following.times < following.wanted else ""
    return (
        f"Not settled yet: {names}. Once more at speed {following.speed:.3g}, for {lasts} of the {in_words(left)} that "
        f"--at-most leaves{short}. It is judged by itself, so it asks all its questions anew, not only those that were "
        "missing."
    )


def for_both(planned: float, wanted: float) -> float:
    """Seconds for a first drill that is planned to last so many, and for one that is ``wanted`` times as long."""
    return math.ceil(planned * (1 + wanted))


def enough(first: Result, second: Result | None, planned: float, at_most: float | None) -> float | None:
    """Seconds for both that would settle what the bound left open; None where it was not the bound that did."""
    if second is None:
        unsettled = still_open(first)
        is_bound = unsettled and longer(first, planned, at_most) is None
        return for_both(planned, max(each.longer for each in unsettled)) if is_bound else None
    wanted = _wanted(first, second)
    return for_both(planned, wanted) if wanted > first.speed / second.speed * (1 + 1e-9) else None


def _wanted(first: Result, second: Result) -> float:
    """How many times as long as the first one a drill has to last for what both leave open."""
    asked = {verdict.id: verdict.longer for verdict in still_open(first)}
    left = [each.id for each in together(first.verdicts, second.verdicts) if each.status is Status.UNKNOWN]
    return max((asked[id] for id in left if id in asked), default=1.0)


def still_wanted(first: Result, second: Result, planned: float, at_most: float | None) -> str:
    """What would settle what both leave open, in words; empty where nothing is, or no longer drill would settle it."""
    needed = enough(first, second, planned, at_most)
    if needed is None:
        return ""
    lasted, needs = in_words(planned * first.speed / second.speed), in_words(planned * _wanted(first, second))
    return (
        f"--at-most ended the second one after {lasted} of the {needs} that it needed: give it {in_words(needed)} "
        f"instead of {in_words(bound(planned, at_most))}, or raise load.users."
    )
