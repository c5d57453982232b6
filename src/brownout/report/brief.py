"""A drill in a few lines, for a message in a chat: bounded, and not yet in any chat's markup. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from brownout.report import story, words
from brownout.result import Result
from brownout.verdict import Verdict

MOST_FINDINGS = 5
_TITLE, _LINE = 150, 600
"""Characters of a title, which is as much as Slack takes, and of any other line."""


@dataclass(frozen=True)
class Brief:
    """What a message says: one line each, without control characters."""

    title: str
    summary: str
    findings: tuple[str, ...]
    rest: str


def brief(result: Result) -> Brief:
    """The verdict, what happened to users, and the first findings, the worst before all others."""
    amiss = [verdict for verdict in story.ordered(result.verdicts) if verdict.status.amiss]
    left = len(amiss) - MOST_FINDINGS
    summary = " ".join([story.headline(result), f"{story.tally(result).capitalize()}.", *story.notes(result)])
    return Brief(
        title=_cut(f"{result.status}: {result.app} in “{result.title}”", _TITLE),
        summary=_cut(summary, _LINE),
        findings=tuple(_finding(verdict) for verdict in amiss[:MOST_FINDINGS]),
        rest=f"{words.count(left, 'more finding')} in the report" if left > 0 else "",
    )


def _finding(verdict: Verdict) -> str:
    return _cut(f"{verdict.status} {words.spaced(verdict.id)}: {verdict.finding}", _LINE)


def _cut(text: str, most: int) -> str:
    line = words.one_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"
