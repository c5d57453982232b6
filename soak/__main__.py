"""``python -m soak``: 24 hours of every fault in some minutes, and whether proxy and stand-in are as before."""

from __future__ import annotations

import argparse
import statistics
import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from soak.day import HOURS
from soak.run import Soak, run
from soak.samples import Sample
from soak.verdicts import quiet, warm

MOST_MINUTES = 10.0
_CONSOLE = Console(stderr=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MOST_MINUTES, help="how long: above 0, 10 at most")
    parser.add_argument("--rate", type=float, default=30.0, help="requests a second, 1 to 200")
    given = parser.parse_args()
    if not 0 < given.minutes <= MOST_MINUTES:
        parser.error(f"--minutes {given.minutes:g}: give a number above 0 and up to {MOST_MINUTES:g}")
    if not 1 <= given.rate <= 200:
        parser.error(f"--rate {given.rate:g}: give a number from 1 to 200")
    return given


def _line(sample: Sample) -> str:
    health = sample.health
    return (
        f"proxy {sample.proxy.memory:.0f} MB, stand-in {sample.standin.memory:.0f} MB, "
        f"{health['connections']} clients, {health['live']} exchanges, {health['tasks']} tasks"
    )


def _samples(soak: Soak) -> Table:
    """The first sample, some of those under load, and the one at rest."""
    table = Table(title="samples", title_justify="left")
    for name in ("second", "proxy MB", "files", "sockets", "threads", "tasks", "exchanges", "stand-in MB", "files "):
        table.add_column(name, justify="right")
    under_load = warm(soak.samples[1:-1])
    for each in [soak.samples[0], *under_load[:: max(1, len(under_load) // 8)], soak.samples[-1]]:
        proxy, standin, health = each.proxy, each.standin, each.health
        figures = [proxy.files, sum(proxy.sockets.values()), proxy.threads, health["tasks"], health["live"]]
        row = [f"{each.t:.0f}", f"{proxy.memory:.1f}", *map(str, figures), f"{standin.memory:.1f}", f"{standin.files}"]
        table.add_row(*row)
    return table


def _verdicts(soak: Soak) -> Table:
    table = Table(title="verdicts", title_justify="left")
    for name in ("what", "seen", "allowed", ""):
        table.add_column(name)
    for each in soak.verdicts:
        table.add_row(each.what, each.seen, each.allowed, "held" if each.held else "[red]BROKEN[/red]")
    return table


def tell(soak: Soak, console: Console) -> int:
    """The tables; 1 where a bound is broken."""
    console.print(_samples(soak), _verdicts(soak))
    stats, seconds = soak.stats, soak.seconds
    live = statistics.fmean(sample.health["live"] for sample in soak.samples[1:-1])
    console.print(
        f"{HOURS} hours in {seconds:.0f} s: {stats['exchanges']} exchanges "
        f"({stats['exchanges'] / seconds:.1f} a second, {live:.1f} at once), {stats['delivered']} struck; "
        f"journal {soak.journal:.1f} MB, on the disk only.",
        highlight=False,
    )
    if soak.forgotten:
        console.print(f"Client libraries had forgotten {soak.forgotten} open connections; they were ended.")
    failed = {end: count for end, count in soak.ends.items() if "client failed" in end}
    if failed:
        console.print("Clients that failed by themselves:", failed)
    broken = [each for each in soak.verdicts if not each.held]
    for each in broken:
        console.print(f"BROKEN: {each.what}: {each.seen}; allowed: {each.allowed}", style="red", highlight=False)
    if not quiet(soak.log).held:
        _CONSOLE.print("The end of the proxy's log:", soak.log[-2000:], markup=False, highlight=False)
    return 1 if broken else 0


def main() -> int:
    """Soak, print, and say with the exit code whether every bound held: 0, 1, or 130 after Ctrl-C."""
    given = _arguments()
    seconds = given.minutes * 60
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    try:
        with Progress(*columns, console=_CONSOLE, transient=True) as bar:
            task = bar.add_task("starting", total=seconds)
            soak = run(seconds, given.rate, lambda now: bar.update(task, completed=now.t, description=_line(now)))
    except KeyboardInterrupt:
        _CONSOLE.print("Interrupted: no verdict.")
        return 130
    except OSError as error:
        _CONSOLE.print(
            f"The proxy or the stand-in is gone: {error}. What the proxy wrote last stands above.", style="red"
        )
        return 1
    return tell(soak, Console(width=None if sys.stdout.isatty() else 130))


if __name__ == "__main__":
    sys.exit(main())
