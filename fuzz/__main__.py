"""``python -m fuzz``: whatever may come in, thrown at what takes it in, and what fell."""

from __future__ import annotations

import argparse
import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from fuzz import page
from fuzz.kinds import TARGETS
from fuzz.run import Tally, run

MOST_MINUTES = 60.0
_CONSOLE = Console(stderr=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help=f"how long: above 0, {MOST_MINUTES:g} at most")
    parser.add_argument("--seed", type=int, default=1, help="other cases")
    parser.add_argument("--only", choices=[kind.name for kind in TARGETS], help="one target alone")
    parser.add_argument("--write", action="store_true", help=f"into {page.PAGE.name}")
    given = parser.parse_args()
    if not 0 < given.minutes <= MOST_MINUTES:
        parser.error(f"--minutes {given.minutes:g}: give a number above 0 and up to {MOST_MINUTES:g}")
    if given.write and given.only:
        parser.error("--write tells of all targets; leave out --only")
    return given


def tell(tallies: dict[str, Tally], seconds: float, console: Console) -> int:
    """The table, and everything that fell with the file that plays it again; 1 where there is something."""
    table = Table(title="fuzz", title_justify="left")
    for name in ("target", "tried", "fell"):
        table.add_column(name, justify="left" if name == "target" else "right")
    for name, tally in tallies.items():
        table.add_row(name, str(tally.tried), str(len(tally.falls)))
    console.print(table)
    for name, tally in tallies.items():
        for kind, (message, case) in tally.falls.items():
            console.print(f"FELL {name}: {message}", style="red", markup=False, highlight=False)
            console.print(f"     {tally.files.get(kind, 'not kept')}: {case[:200]!r}", markup=False, highlight=False)
    tried, fell = sum(tally.tried for tally in tallies.values()), sum(len(tally.falls) for tally in tallies.values())
    console.print(f"{tried} cases in {seconds:.0f} s, {fell} kinds fell.", highlight=False)
    return 1 if fell else 0


def main() -> int:
    """Throw, print, and say with the exit code whether all held: 0, 1, or 130 after Ctrl-C."""
    given = _arguments()
    kinds = [kind for kind in TARGETS if given.only in (None, kind.name)]
    tallies: dict[str, Tally] = {}
    begun, seconds = time.monotonic(), given.minutes * 60
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    console = Console(width=None if sys.stdout.isatty() else 130)
    try:
        with Progress(*columns, console=_CONSOLE, transient=True) as bar:
            task = bar.add_task("starting", total=seconds)

            def seen(name: str) -> None:
                tally = tallies[name]
                said = f"{name}: {tally.tried} tried, {len(tally.falls)} fell"
                bar.update(task, completed=time.monotonic() - begun, description=said)

            run(kinds, seconds, given.seed, tallies, seen)
    except KeyboardInterrupt:
        _CONSOLE.print("Interrupted: what was thrown until then.")
        tell(tallies, time.monotonic() - begun, console)
        return 130
    if given.write:
        page.write_fuzz(tallies, given.minutes, given.seed)
    return tell(tallies, time.monotonic() - begun, console)


if __name__ == "__main__":
    sys.exit(main())
