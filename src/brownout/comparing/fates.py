"""What became of the findings of a past drill in one that played the same again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from brownout.result import Result
from brownout.verdict import ExitCode, Status, Verdict

Fate: TypeAlias = Literal["FIXED", "STILL BROKEN", "NOT REACHED"]
_ALIVE = "application_alive"


@dataclass(frozen=True)
class Finding:
    """Something that was BROKEN: what it measured then and now, what became of it, and why."""

    id: str
    fate: Fate
    objective: str
    then: str
    now: str
    why: str


def findings(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What a drill found to be broken."""
    return [verdict for verdict in verdicts if verdict.status is Status.BROKEN]


def fates(past: Sequence[Verdict], now: Result) -> tuple[Finding, ...]:
    """What became of each of these findings, by the drill that played them again."""
    verdicts = {verdict.id: verdict for verdict in now.verdicts}
    struck = frozenset(rule.id for rule in now.rules if rule.state == "struck")
    return tuple(_finding(was, verdicts.get(was.id), struck, now) for was in past)


def _finding(was: Verdict, now: Verdict | None, struck: frozenset[str], drill: Result) -> Finding:
    fate, why = _fate(was, now, struck, drill)
    return Finding(was.id, fate, was.objective, was.measured, now.measured if now else "nothing", why)


def _fate(was: Verdict, now: Verdict | None, struck: frozenset[str], drill: Result) -> tuple[Fate, str]:
    if now is None and (was.check != _ALIVE or drill.outcome != "completed"):
        return "NOT REACHED", "This drill says nothing of it."
    if now is None:  # only a death is told of
        now = replace(was, status=Status.HELD, finding="The application lived to the end.")
    if now.status is Status.BROKEN:
        return "STILL BROKEN", now.finding
    if now.status is not Status.HELD:
        return "NOT REACHED", now.finding
    wanted = rules_of(was)
    if wanted and not wanted & struck:
        return "NOT REACHED", f"What broke it then did not strike this time: {', '.join(sorted(wanted))}."
    return "FIXED", now.finding


def rules_of(verdict: Verdict) -> frozenset[str]:
    """The rules that struck what its evidence shows."""
    return frozenset(str(rule) for each in verdict.evidence if (rule := each.row.get("rule")))


def exit_code(found_again: Iterable[Finding]) -> int:
    """0 where all is fixed, 1 where something is still broken, else 3."""
    seen = {finding.fate for finding in found_again}
    if "STILL BROKEN" in seen:
        return ExitCode.BROKEN
    return ExitCode.UNKNOWN if "NOT REACHED" in seen else ExitCode.HELD
