"""A drill that leaves verdicts open is played once more, slower: what is open, how much slower, what both say. Pure.

No journal is mixed with another: each drill is judged by itself. Two of them are two looks at the same question, and
who looks twice is deceived by chance twice as often; so each look is twice as strict (``LOOKS``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from brownout.config.units import SLOWEST, in_words
from brownout.result import Result
from brownout.verdict import WHOLE, ExitCode, Status, Verdict, exit_code, merge

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
        needs = in_words(planned * max(each.longer for each in unsettled))
        enough = in_words(math.ceil(planned * (1 + max(each.longer for each in unsettled))))
        return f"Not settled: {names}. A drill of about {needs} would settle it, and {most}: give it {enough} in all."
    lasts = in_words(planned * following.times)
    short = f"; {in_words(planned * following.wanted)} would be needed" if following.times < following.wanted else ""
    return (
        f"Not settled yet: {names}. Once more at speed {following.speed:.3g}, for {lasts} of the {in_words(left)} that "
        f"--at-most leaves{short}."
    )


def together(first: Sequence[Verdict], second: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """What both drills say: what either broke is BROKEN, what the first settled stays, the second settles the rest.

    What held in a drill in which a rule that should have struck did not is not settled by that drill; and where the
    second settles anything, its own proof counts, too.
    """
    later = {verdict.id: verdict for verdict in second}
    known = {verdict.id for verdict in first}
    proved = not any(verdict.check in WHOLE and verdict.status is Status.UNKNOWN for verdict in first)
    both = [_of_both(verdict, later.get(verdict.id), proved) for verdict in first]
    return (*both, *(verdict for verdict in second if verdict.id not in known))


def _of_both(first: Verdict, second: Verdict | None, proved: bool) -> Verdict:
    if second is None or first.status is Status.BROKEN or second.status is Status.SKIPPED:
        return first
    if second.status is Status.BROKEN or first.status in (Status.UNKNOWN, Status.SKIPPED):
        return second
    return second if first.check in WHOLE or not proved else first


def still_wanted(first: Result, second: Result, planned: float, at_most: float | None) -> str:
    """What would settle what both leave open, in words; empty where nothing is, or no longer drill would settle it."""
    asked = {verdict.id: verdict.longer for verdict in still_open(first)}
    left = [each.id for each in together(first.verdicts, second.verdicts) if each.status is Status.UNKNOWN]
    wanted = max((asked[id] for id in left if id in asked), default=1.0)
    played = first.speed / second.speed
    if wanted <= played * (1 + 1e-9):
        return ""
    lasted, needs = in_words(planned * played), in_words(planned * wanted)
    enough = in_words(math.ceil(planned * (1 + wanted)))
    bound_words = in_words(bound(planned, at_most))
    return (
        f"--at-most ended the second one after {lasted} of the {needs} that it needed: give it {enough} instead of "
        f"{bound_words}, or raise load.users."
    )


def code_of(first: Result, second: Result) -> int:
    """The exit code of both drills: what the verdicts say, unless one of them could say nothing."""
    if second.exit_code in (ExitCode.INTERRUPTED, ExitCode.HARNESS):
        return second.exit_code
    return exit_code(merge(verdict.status for verdict in together(first.verdicts, second.verdicts)))
