"""The two drills of ``brownout run --until-settled`` as one: what either broke, what the first settled, and the rest.

No journal is mixed with another: each is judged by itself, and only their verdicts are put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from brownout.journal import SUFFIX, home_of
from brownout.judging.judge import judge
from brownout.result import Result
from brownout.verdict import WHOLE, ExitCode, Status, Verdict, exit_code, merge

LONGER: Final = "longer"
"""The folder of the second drill, in that of the first."""


def judge_all(path: Path) -> Result:
    """The result of a drill, and of the longer one that was played to settle it: of both, where there are two.

    Raises FileNotFoundError where there is no journal, and reading.JournalError where one says nothing of its drill.
    """
    first = judge(path)
    home = home_of(path) / LONGER
    if first.looks == 1 or not any((home / "journal").glob(f"*{SUFFIX}")):
        return first
    second = judge(home)
    return joined(first, second) if _follows(second, first) else first


def _follows(second: Result, first: Result) -> bool:
    """Whether a drill is the second look at what the first one played, and not one that happens to lie there."""
    names = ("scenario", "app", "seed", "looks")
    return second.started_at >= first.started_at and all(getattr(second, n) == getattr(first, n) for n in names)


def joined(first: Result, second: Result) -> Result:
    """What both say, told as the first one's result; what is from the second one says so."""
    verdicts = together(first.verdicts, [_of_longer(verdict, first, second) for verdict in second.verdicts])
    status = merge(verdict.status for verdict in verdicts)
    ended_early = second.exit_code in (ExitCode.INTERRUPTED, ExitCode.HARNESS)
    code = second.exit_code if ended_early else exit_code(status)
    if second.outcome == "failed" and status is Status.BROKEN and first.status is not Status.BROKEN:
        status = second.status  # a drill in which a part of ours failed accuses nobody
    return replace(
        first,
        verdicts=verdicts,
        status=status,
        exit_code=code,
        outcome=second.outcome,
        why=second.why,
        longer=second.journal,
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


def _of_longer(verdict: Verdict, first: Result, second: Result) -> Verdict:
    """A verdict of the second drill among those of the first: its rows have a clock of their own."""
    return replace(
        verdict,
        finding=f"In the longer drill: {verdict.finding}",
        longer=verdict.longer * first.speed / second.speed if verdict.longer > 1 else verdict.longer,
        evidence=tuple(replace(each, zero=second.zero) for each in verdict.evidence),
    )
