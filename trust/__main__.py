"""``python -m trust``: the tables of docs/trust.md, by simulation; with ``--write`` into the page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track

from brownout.verdict import Status
from trust.others import Storm, recoveries, simulate_recovery, simulate_storm, storms
from trust.simulation import ALIKE, LOADS, OBJECTIVE, TRUTHS, Case, Tally, cases, simulate

PAGE = Path(__file__).parents[1] / "docs" / "trust.md"
BEGIN, END = "<!-- simulated: begin -->", "<!-- simulated: end -->"
DRILLS = 2000
SEEN = (Status.HELD, Status.UNKNOWN, Status.BROKEN)
FEWER = 4
"""Drills of recovery and retry_amplification look more often at each question: so many times fewer of them."""
_CONSOLE = Console(stderr=True)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def tables(told: dict[Case, Tally]) -> str:
    """Both tables in Markdown: how often the truth is covered, and what the gate says of it."""
    lines = [
        "| users × questions | alike | " + " | ".join(f"{share:.1%}" for share in TRUTHS) + " |",
        "| --- " * (2 + len(TRUTHS)) + "|",
    ]
    for users, each in LOADS:
        for alike in ALIKE:
            row = [_percent(told[Case(share, users, each, alike)].coverage) for share in TRUTHS]
            lines.append(f"| {users} × {each} | {alike:g} | {' | '.join(row)} |")
    lines += [
        "",
        "| users × questions | alike | true share | HELD | UNKNOWN | BROKEN |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for case, tally in told.items():
        lines.append(f"| {case.users} × {case.each} | {case.alike:g} | {case.share:.1%} | {_seen(tally)} |")
    return "\n".join(lines)


def _seen(tally: Tally) -> str:
    return " | ".join(_percent(tally.of(status)) for status in SEEN)


def others(told: dict[Case | Storm, Tally]) -> str:
    """The table of recovery and retry_amplification in Markdown."""
    lines = ["| check | users × questions | alike | truth | HELD | UNKNOWN | BROKEN |", "| --- " * 7 + "|"]
    for case, tally in told.items():
        check = "`retry_amplification`" if isinstance(case, Storm) else "`recovery`"
        truth = f"{case.ratio:g} × `at_most`" if isinstance(case, Storm) else f"{case.share:.0%} answered"
        lines.append(f"| {check} | {case.users} × {case.each} | {case.alike:g} | {truth} | {_seen(tally)} |")
    return "\n".join(lines)


def main() -> int:
    """Print the tables, or put them into the page."""
    parser = argparse.ArgumentParser("python -m trust", description=__doc__)
    parser.add_argument("--drills", type=int, default=DRILLS, help="simulated drills for each row")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    given = parser.parse_args()
    if given.drills < 1:
        parser.error(f"--drills {given.drills}: give a number from 1 on")
    all_cases = list(cases())
    told = {
        case: simulate(case, given.drills, given.seed)
        for case in track(all_cases, f"objective {OBJECTIVE:.0%}", console=_CONSOLE, transient=True)
    }
    fewer = max(1, given.drills // FEWER)
    more: dict[Case | Storm, Tally] = {
        case: simulate_recovery(case, fewer, given.seed)
        for case in track(list(recoveries()), "recovery", console=_CONSOLE, transient=True)
    }
    more |= {
        storm: simulate_storm(storm, fewer, given.seed)
        for storm in track(list(storms()), "retry_amplification", console=_CONSOLE, transient=True)
    }
    text = f"{tables(told)}\n\n{others(more)}"
    return _put(text, given.write)


def _put(tables: str, write: bool) -> int:
    """Print the tables, or put them into the page."""
    if not write:
        print(tables)
        return 0
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{tables}\n{END}{after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
