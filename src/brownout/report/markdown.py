"""``report.md``: what a reviewer needs in a pull request, and no more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from brownout.report import compared, story, words
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


def _verdict_table(verdicts: Sequence[Verdict]) -> list[str]:
    rows = ((v.status, words.spaced(v.id), v.objective, v.measured, words.number(v.samples)) for v in verdicts)
    return table(("verdict", "expectation", "objective", "measured", "samples"), rows)


def _by_phase(result: Result) -> list[str]:
    """What users got, phase by phase and journey by journey; folded, for it may be long."""
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
    return ["<details><summary>What users got, by phase</summary>", "", *table(head, rows), "", "</details>", ""]


def _rules(result: Result) -> list[str]:
    rows = [
        (r.id, r.fault, r.on, r.eligible, r.selected, r.injected, r.delivered, story.rule_state(r))
        for r in story.telling(result.rules)
    ]
    head = ("rule", "fault", "on", "eligible", "selected", "injected", "delivered", "state")
    summary = f"<details><summary>Proof of injection: {story.struck(result.rules)}</summary>"
    rule_table = [*table(head, rows), ""] if rows else []
    folded = [text(story.folded(result.rules)), ""] if story.quiet(result.rules) else []
    return [summary, "", *rule_table, *folded, "</details>", ""]


def render(result: Result) -> str:
    """The drill as a comment in Markdown."""
    verdicts = story.ordered(result.verdicts)
    notes = [note for note in (story.ending(result), story.unproved(result)) if note]
    findings = [line for verdict in verdicts if verdict.status.amiss for line in _finding(verdict)]
    lines = [
        f"### {result.status}: {text(result.app)} in “{text(result.title)}”",
        "",
        f"{text(story.headline(result))} {story.tally(result).capitalize()}.",
        "",
        *(part for note in dict.fromkeys(notes) for part in (f"> {text(note)}", "")),
        *([*_verdict_table(verdicts), ""] if verdicts else []),
        *([compared.markdown(result.comparison, level=4)] if result.comparison else []),
        *(["#### Findings", "", *findings, ""] if findings else []),
        *(_by_phase(result) if result.by_phase else []),
        *(_rules(result) if result.rules else []),
        *([f"Tied to questions: {text(joined)}.", ""] if (joined := story.joined(result)) else []),
        "Reproduce:",
        "",
        *_fenced(result.command),
    ]
    return "\n".join(lines) + "\n"
