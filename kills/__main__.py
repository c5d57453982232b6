"""``python -m kills``: drills that lose a part at a point of their life, and whether anything is lost with it."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from fuzz import page
from kills.claims import Claim, claims
from kills.facts import Facts
from kills.points import point
from kills.run import run

MOST = 1000
_CONSOLE = Console(stderr=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m kills", description=__doc__)
    parser.add_argument("--times", type=int, default=100, help=f"how many drills: 1 to {MOST}")
    parser.add_argument("--seed", type=int, default=1, help="other victims at other points")
    parser.add_argument("--at-once", type=int, choices=(1, 2), default=2, help="how many of them side by side")
    parser.add_argument("--write", action="store_true", help=f"how many, and what fell, into {page.PAGE.name}")
    parser.add_argument("--keep", type=Path, help="a new folder in which the drills stay, to be looked at")
    given = parser.parse_args()
    if not 1 <= given.times <= MOST:
        parser.error(f"--times {given.times}: give a number from 1 to {MOST}")
    if given.keep is not None and given.keep.exists():
        parser.error(f"--keep {given.keep}: is there already; name a new folder")
    return given


def _when(facts: Facts) -> str:
    """Seconds from the start of the timeline, or what kept the kill from coming."""
    if facts.killed is None:
        return "gone by then"
    return f"{facts.killed - facts.zero:+.2f} s" if facts.zero is not None else "no timeline"


def _table(all_facts: list[Facts]) -> Table:
    table = Table(title="kills", title_justify="left")
    for name in (
        "nr",
        "killed",
        "stage",
        "when",
        "app",
        "exit",
        "report",
        "verdict",
        "outcome",
        "lines",
        "torn",
        "took",
    ):
        table.add_column(name)
    for facts in sorted(all_facts, key=lambda each: each.point.number):
        aim = facts.point
        codes = (str(facts.exit), str(facts.judged))
        told = (facts.status, facts.outcome, str(len(facts.rows)), str(facts.torn), f"{facts.took:.1f} s")
        table.add_row(str(aim.number), aim.victim, aim.stage, _when(facts), aim.opinion, *codes, *told)
    return table


def tell(found: list[tuple[Facts, list[Claim]]], seconds: float, console: Console) -> int:
    """The table, and every claim that does not hold; 1 where there is one."""
    console.print(_table([facts for facts, _ in found]))
    broken = [(facts.point, claim) for facts, made in found for claim in made if not claim.kept]
    for aim, claim in sorted(broken, key=lambda each: each[0].number):
        console.print(f"BROKEN {aim.number}, {aim.victim} in {aim.stage}: {claim.what}: {claim.seen}", style="red")
    hit = sum(facts.killed is not None for facts, _ in found)
    lines = sum(len(facts.rows) for facts, _ in found)
    torn = sum(facts.torn for facts, _ in found)
    made = sum(len(claims) for _, claims in found)
    console.print(
        f"{len(found)} drills in {seconds:.0f} s, {hit} lost a part; {lines} journal lines, {torn} torn; "
        f"{made - len(broken)} of {made} claims hold.",
        highlight=False,
    )
    return 1 if broken else 0


def main() -> int:
    """Kill, print, and say with the exit code whether every claim holds: 0, 1, or 130 after Ctrl-C."""
    given = _arguments()
    begun = time.monotonic()
    found: list[tuple[Facts, list[Claim]]] = []
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    try:
        with Progress(*columns, console=_CONSOLE, transient=True) as bar:
            task = bar.add_task("starting", total=given.times)

            def seen(facts: Facts) -> None:
                made = claims(facts)
                found.append((facts, made))
                failed = "" if all(claim.kept for claim in made) else ", BROKEN"
                aim = facts.point
                bar.update(task, advance=1, description=f"{aim.victim} in {aim.stage}: {facts.status}{failed}")

            run([point(given.seed, number) for number in range(given.times)], seen, given.keep, given.at_once)
    except KeyboardInterrupt:
        _CONSOLE.print(f"Interrupted after {len(found)} of {given.times}: no verdict on the rest.")
        tell(found, time.monotonic() - begun, Console(width=None if sys.stdout.isatty() else 130))
        return 130
    if given.write:
        page.write({page.KILLS: _row(found, f"make kills TIMES={given.times} SEED={given.seed}")})
    return tell(found, time.monotonic() - begun, Console(width=None if sys.stdout.isatty() else 130))


def _row(found: list[tuple[Facts, list[Claim]]], again: str) -> page.Row:
    """How many drills lost a part, and of how many of them some claim does not hold."""
    hit = sum(facts.killed is not None for facts, _ in found)
    return page.Row(hit, sum(not all(claim.kept for claim in made) for _, made in found), again)


if __name__ == "__main__":
    sys.exit(main())
