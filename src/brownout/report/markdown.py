"""``report.md``: what a reviewer needs in a pull request, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from brownout.report import compared, sparkline, story, words
from brownout.report.fitting import Block, fitted
from brownout.report.markup import code, table
from brownout.report.markup import text as text
from brownout.result import Result
from brownout.verdict import Verdict

_FENCE = re.compile(r"`{3,}")


def _fenced(code: str) -> list[str]:
    code = words.printable(code)
    longest = max(map(len, _FENCE.findall(code)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}sh", code, fence]


def _finding(verdict: Verdict) -> list[str]:
    lines = [f"- **{verdict.status}: {text(words.spaced(verdict.id))}.** {text(verdict.finding)}"]
    lines += [f"  Next step: {text(verdict.next_step)}"] if verdict.next_step else []
    return [*lines, *([f"  Just this again: {code(verdict.again)}"] if verdict.again else [])]


def _verdicts(verdicts: Sequence[Verdict]) -> list[Block]:
    rows = ((v.status, words.spaced(v.id), v.objective, v.measured, words.number(v.samples)) for v in verdicts)
    return [_table("verdicts", ("verdict", "expectation", "objective", "measured", "samples"), rows)]


def _table(what: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Block:
    lines = table(head, rows)
    return Block(what, lines[2:], head=lines[:2])


def _findings(verdicts: Sequence[Verdict]) -> list[Block]:
    rows = ["\n".join(_finding(verdict)) for verdict in verdicts if verdict.status.amiss]
    return [Block("findings", rows, head=("#### Findings", ""))]


def _course(result: Result) -> list[Block]:
    """The share of whole answers over time, with the outage under it."""
    lines = sparkline.lines(result)
    return [Block("charts", ["\n".join(("```text", *lines, "```"))])] if lines else []


def _folded(summary: str, block: Block) -> Block:
    """A block that readers open: it may be long."""
    opening = (f"<details><summary>{summary}</summary>", "")
    return replace(block, head=(*opening, *block.head), tail=(*block.tail, "</details>", ""))


def _by_phase(result: Result) -> list[Block]:
    """What users got, phase by phase and journey by journey."""
    outcomes = story.outcomes(result)
    rows = (
        (
            row.phase,
            row.journey,
            words.number(row.asked),
            *(words.number(row.outcomes.get(name, 0)) for name in outcomes),
        )
        for row in result.by_phase
    )
    head = ("phase", "journey", "asked", *map(words.spaced, outcomes))
    return [_folded("What users got, by phase", _table("phases", head, rows))] if result.by_phase else []


def _rules(result: Result) -> list[Block]:
    if not result.rules:
        return []
    rows = [
        (r.id, r.fault, r.on, r.eligible, r.selected, r.injected, r.delivered, story.rule_state(r))
        for r in story.telling(result.rules)
    ]
    head = ("rule", "fault", "on", "eligible", "selected", "injected", "delivered", "state")
    lines = table(head, rows) if rows else []
    quiet = text(story.folded(result.rules))
    folded = [f"\n{quiet}" if rows else quiet] if quiet else []
    block = Block("rules", [*lines[2:], *folded], head=lines[:2])
    return [_folded(f"Proof of injection: {story.struck(result.rules)}", block)]


def _opening(result: Result) -> Block:
    rows = [
        f"### {result.status}: {text(result.app)} in “{text(result.title)}”\n",
        f"{text(story.headline(result))} {story.tally(result).capitalize()}.\n",
        *(f"> {text(note)}\n" for note in story.notes(result)),
    ]
    return Block("opening lines", rows, tail=(), first=True)


def render(result: Result) -> str:
    """The drill as a comment in Markdown, never longer than GitHub takes."""
    verdicts = story.ordered(result.verdicts)
    joined = story.joined(result)
    blocks = [
        _opening(result),
        *_course(result),
        *_verdicts(verdicts),
        *(compared.blocks(result.comparison, level=4) if result.comparison else []),
        *_findings(verdicts),
        *_by_phase(result),
        *_rules(result),
        *([Block("lines", [f"Tied to questions: {text(joined)}."])] if joined else []),
        Block("commands", ["\n".join(_fenced(result.command))], head=("Reproduce:", ""), tail=(), first=True),
    ]
    return fitted(blocks)
