"""The end of a run on the terminal: verdicts, proof that the faults were delivered, where to look, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from brownout.report import compared, story, words
from brownout.result import Result
from brownout.verdict import Status, Verdict

_STYLES = {Status.BROKEN: "bold red", Status.UNKNOWN: "bold yellow", Status.HELD: "bold green", Status.SKIPPED: "dim"}


def _text(value: object, style: str = "") -> Text:
    """Text that rich does not read as markup, and a terminal not as commands."""
    return Text(words.printable(str(value)), style=style)


def _status(status: Status) -> Text:
    return Text(str(status), style=_STYLES[status])


def _measured(verdict: Verdict) -> Text:
    return Text.assemble(_text(verdict.measured, "bold"), "\n", _text(f"asked for: {verdict.objective}", "dim"))


def _table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, expand=True
    )


def _verdicts(result: Result) -> Table:
    table = _table("Verdicts")
    table.add_column("verdict", no_wrap=True)
    for name, ratio in (("expectation", 3), ("measured", 4), ("finding", 6)):
        table.add_column(name, overflow="fold", ratio=ratio)
    for verdict in story.ordered(result.verdicts):
        finding = _text(verdict.finding, "" if verdict.status is Status.BROKEN else "dim")
        table.add_row(_status(verdict.status), _text(words.spaced(verdict.id)), _measured(verdict), finding)
    return table


def _rules(result: Result) -> Table:
    """The rules that struck or should have; those with nothing to strike are one line under it."""
    table = _table(_proof(result))
    table.add_column("rule", overflow="fold", ratio=5)
    table.add_column("eligible → selected\n→ injected → delivered", justify="right", no_wrap=True)
    table.add_column("state", overflow="fold", ratio=4)
    for rule in story.telling(result.rules):
        counts = (rule.eligible, rule.selected, rule.injected, rule.delivered)
        name = Text.assemble(_text(rule.id), "\n", _text(f"{rule.fault} on {rule.on}", "dim"))
        state = _text(story.rule_state(rule), "" if rule.state == "struck" else "yellow")
        table.add_row(name, " → ".join(map(words.number, counts)), state)
    return table


def _print_rules(result: Result, console: Console) -> None:
    if story.telling(result.rules):
        console.print(_rules(result))
    else:
        console.print(_text(_proof(result), "bold"))
    if folded := story.folded(result.rules):
        console.print(_text(folded, "dim"))
    console.print()


def _print_again(result: Result, console: Console) -> None:
    """The commands that show one finding each, whole on a line so that they can be copied."""
    commands = [each.again for each in story.ordered(result.verdicts) if each.again not in ("", result.command)]
    if not commands:
        return
    console.print(_text("Each finding again, by itself", "bold"))
    for command in commands:
        console.print(_text(f"  {command}"), soft_wrap=True)
    console.print()


def _proof(result: Result) -> str:
    return f"Proof of injection: {story.struck(result.rules)}"


def summary(
    result: Result, console: Console, written: Mapping[str, Path] | None = None, *, advise: bool = True
) -> None:
    """Print the result. ``written`` is what ``write_all`` returned; without it no report is pointed at.

    ``advise`` says whether it ends with what to do next.
    """
    title = _text(f" {result.app} in “{result.title}”", "bold")
    console.print(Text.assemble(_status(result.status), title))
    console.print(_text(f"{story.headline(result)} {story.tally(result).capitalize()}."))
    for note in story.notes(result):
        console.print(_text(note, "yellow"))
    console.print()
    if result.verdicts:
        console.print(_verdicts(result))
        console.print()
    _print_again(result, console)
    if result.comparison:
        compared.print_table(result.comparison, console, all_rows=False)
        console.print()
    if result.rules:
        _print_rules(result, console)
    if joined := story.joined(result):
        console.print(Text.assemble(("Tied    ", "bold"), _text(f"to questions: {joined}")), soft_wrap=True)
    if written and "html" in written:
        console.print(Text.assemble(("Report  ", "bold"), _text(written["html"])), soft_wrap=True)
    if advise:
        what_next(*story.again(result), console)


def what_next(advice: str, command: str, console: Console) -> None:
    """Print what to do next, and the command for it whole on a line, so that it can be copied."""
    console.print(Text.assemble(("Next    ", "bold"), _text(advice)), soft_wrap=True)
    console.print(_text(f"        {command}"), soft_wrap=True)
