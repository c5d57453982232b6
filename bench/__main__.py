"""``python -m bench``: every figure once, beside what was aimed for."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import journals, proxies


def main() -> int:
    """Measure, print, and say with the exit code whether every aim was met."""
    console = Console(width=110)
    table = Table(title="brownout bench", title_justify="left")
    for name in ("what", "measured", "aim", ""):
        table.add_column(name)
    missed = 0

    def row(what: str, measured: str, aim: str, met: bool) -> None:
        nonlocal missed
        missed += not met
        table.add_row(what, measured, aim, "met" if met else "MISSED")
        console.print(f"  {what}: {measured} ({'met' if met else 'MISSED'})", highlight=False)

    with proxies.temporary() as name:
        folder = Path(name)
        # First, because it reads the most memory that any child has held.
        journals.write_journal(folder / "million" / "journal")
        seconds, memory = journals.judge_and_report(folder / "million")
        row("a journal of 1,000,000 rows, judged and reported", f"{seconds:.1f} s, {memory:.0f} MB", "30 s, 1000 MB",
            seconds < 30 and memory < 1000)  # fmt: skip
        ours, theirs, ratio = asyncio.run(proxies.compare(folder / "forward", made_up=False))
        row("forwarded JSON, requests per CPU second against mitmdump", f"{ours:.0f} / {theirs:.0f} = {ratio:.2f}x",
            "2x", ratio >= 2)  # fmt: skip
        cost = proxies.decision_cost(folder / "decision")
        share = cost / (1 / ours - cost)
        row("decision and journal, of the proxy's own work", f"{cost * 1e6:.0f} us = {share:.1%}", "10 %", share <= 0.1)
        ours, theirs, ratio = asyncio.run(proxies.compare(folder / "made-up", made_up=True))
        row("made-up answers, requests per CPU second against mitmdump", f"{ours:.0f} / {theirs:.0f} = {ratio:.2f}x",
            "3x", ratio >= 3)  # fmt: skip
        p50, p99, memory = asyncio.run(proxies.paced_streams(folder / "streams"))
        row(f"{proxies.STREAMS} streams at 10 events/s: lateness p50 / p99, memory",
            f"{p50 * 1000:.0f} / {p99 * 1000:.0f} ms, {memory:.0f} MB", "50 ms (p99), 250 MB", p99 <= 0.05 and memory < 250)  # fmt: skip
    console.print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
