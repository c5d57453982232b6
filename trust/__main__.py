"""``python -m trust``: the tables of docs/trust.md, by simulation; with ``--write`` into the page."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import track

from brownout.comparison import Word
from brownout.library.pages import put_between
from brownout.verdict import Status
from trust import compared
from trust.compared import PAIRS, Pair, pairs
from trust.others import Storm, recoveries, simulate_recovery, simulate_storm, storms
from trust.simulation import (
    ALIKE,
    LOADS,
    OBJECTIVE,
    TRUTHS,
    Case,
    Looks,
    Tally,
    cases,
    look_twice,
    looked_at,
    simulate,
)

PAGE = Path(__file__).parents[1] / "docs" / "trust.md"
MARKS = ("simulated", "looked at twice", "compared")
UNITS = {"p95": " s", "calls": " ×"}
WORDS: tuple[Word, ...] = ("better", "not told apart", "worse")
DRILLS = 2000
SEEN = (Status.HELD, Status.UNKNOWN, Status.BROKEN)
FEWER = 4
"""Drills of recovery and retry_amplification look more often at each question: so many times fewer of them."""
LOOKED = 1000
"""So many drills for a row of those that are played until they are settled."""
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


def looks_table(told: dict[Case, Looks], drills: int) -> str:
    """The table in Markdown of drills that are played until they are settled."""
    head = ["users × questions", "alike", "true share", "BROKEN after one", "after two, as sure as one"]
    head += ["after two, as it is", "UNKNOWN after one", "after two", "played twice"]
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for case, looks in told.items():
        broken = (each[Status.BROKEN] / drills for each in (looks.once, looks.naive, looks.strict))
        unknown = (each[Status.UNKNOWN] / drills for each in (looks.once, looks.strict))
        cells = " | ".join(map(_percent, (*broken, *unknown, looks.longer / drills)))
        lines.append(f"| {case.users} × {case.each} | {case.alike:g} | {case.share:.1%} | {cells} |")
    return "\n".join(lines)


def compared_table(told: dict[Pair, Counter[Word]]) -> str:
    """What comparisons say, in Markdown: of pairs in which nothing changed, and of others."""
    lines = [
        f"| what | users × questions | alike | A | B | {' | '.join(WORDS)} |",
        "| --- " * 8 + "|",
    ]
    for pair, words in told.items():
        said = " | ".join(_percent(words[word] / words.total()) for word in WORDS)
        unit = UNITS.get(pair.what)
        sides = " | ".join(f"{side:g}{unit}" if unit else f"{side:.0%}" for side in (pair.a, pair.b))
        lines.append(f"| {pair.what} | {pair.users} × {pair.each} | {pair.alike:g} | {sides} | {said} |")
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
    drills = min(given.drills, LOOKED)
    looked = {
        case: look_twice(case, drills, given.seed)
        for case in track(list(looked_at()), "until settled", console=_CONSOLE, transient=True)
    }
    words = {
        pair: compared.simulate(pair, min(given.drills, PAIRS), given.seed)
        for pair in track(list(pairs()), "comparisons", console=_CONSOLE, transient=True)
    }
    texts = [f"{tables(told)}\n\n{others(more)}", looks_table(looked, drills), compared_table(words)]
    if given.write:
        page = PAGE.read_text()
        for mark, text in zip(MARKS, texts, strict=True):
            page = put_between(page, mark, text)
        PAGE.write_text(page)
    else:
        print("\n\n".join(texts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
