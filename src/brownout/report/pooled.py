"""Several drills that were judged as one: a table on the terminal, and in Markdown."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from brownout.comparison import Pooled
from brownout.report import compared, story, words
from brownout.report.fitting import Block, fitted
from brownout.report.markup import code, text
from brownout.report.markup import table as markdown_table
from brownout.verdict import Verdict

SHORT = {"HELD": "H", "BROKEN": "B", "UNKNOWN": "?", "SKIPPED": "-"}


def headline(pooled: Pooled) -> str:
    """How many drills there were, and which letters stand for what."""
    whole = sum(run.whole for run in pooled.runs)
    seeds = ", ".join(str(run.seed) for run in pooled.runs)
    short = len(pooled.runs) - whole
    cut = f" {short} more did not come to an end, and count for nothing." if short else ""
    return (
        f"{words.count(whole, 'drill')} of {pooled.scenario} together (seeds {seeds}).{cut} Each drill by itself: "
        "H held, B broken, ? unknown, - not put to the test."
    )


def _each(pooled: Pooled, verdict: Verdict) -> str:
    """``H H B``: what each drill says, in their order."""
    return " ".join(SHORT[run.statuses[verdict.id]] if verdict.id in run.statuses else "." for run in pooled.runs)


def print_table(pooled: Pooled, console: Console) -> None:
    """Every verdict on all drills together, and what each of them says; then the comparison, where there is one."""
    title = words.printable(f" {pooled.app}: {headline(pooled)}")
    console.print(Text.assemble((str(pooled.status), "bold"), title))
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for name, ratio in (("verdict", 2), ("expectation", 4), ("measured", 4), ("each drill", 3)):
        grid.add_column(name, overflow="fold", ratio=ratio)
    for verdict in story.ordered(pooled.verdicts):
        cells = (str(verdict.status), words.spaced(verdict.id), verdict.measured, _each(pooled, verdict))
        grid.add_row(*(Text(words.printable(cell)) for cell in cells))
    console.print(grid)
    for verdict in pooled.verdicts:
        if verdict.again:
            console.print(Text(f"Again   {words.printable(verdict.again)}"), soft_wrap=True)
    if pooled.comparison:
        compared.print_table(pooled.comparison, console, all_rows=False)


def markdown(pooled: Pooled) -> str:
    """The same as a comment in Markdown, never longer than GitHub takes."""
    rows = [
        (v.status, words.spaced(v.id), v.objective, v.measured, _each(pooled, v))
        for v in story.ordered(pooled.verdicts)
    ]
    lines = markdown_table(("verdict", "expectation", "objective", "measured", "each drill"), rows)
    title = f"### {pooled.status}: {text(pooled.app)} in {text(pooled.scenario)}\n"
    about = [f"- {text(run.folder)}" for run in pooled.runs]
    about += [f"- just this again: {code(verdict.again)}" for verdict in pooled.verdicts if verdict.again]
    comparison = compared.blocks(pooled.comparison, level=4) if pooled.comparison else []
    return fitted(
        [
            Block("opening lines", [title, text(headline(pooled))], first=True),
            Block("verdicts", lines[2:], head=lines[:2]),
            Block("lines", about),
            *comparison,
        ]
    )
