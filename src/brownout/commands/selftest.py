"""``brownout selftest``: planted defects are found, and sound twins are left alone."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownout.commands import output
from brownout.verdict import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brownout.selftest.matrix import Matrix
    from brownout.selftest.playing import Turn


def selftest(
    short: Annotated[bool, typer.Option("--short", help="One application, one seed: under a minute.")] = False,
    seeds: Annotated[str, typer.Option(help="Whose luck: numbers, with commas. Without it 1,2,3; --short: 1.")] = "",
    burners: Annotated[int, typer.Option(help="So many programs burn CPU beside it.", min=0, max=64)] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for all drills; by default a new one in reports/.")] = None,
    write: Annotated[Path | None, typer.Option(help="Put the tables into this page, between its marks.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Results as JSON on standard output.")] = False,
) -> None:
    """Test brownout itself: does it find planted defects, and leave sound applications alone?

    Plays applications with one planted defect each, beside sound twins that meet the same faults, and all of them again
    where nothing fails. 0: every defect was found by the check that is for it, and nobody else was accused; 1: not so;
    3: the machine was too busy to tell. Needs no key and no internet.

    \b
    Examples:
      brownout selftest --short
      brownout selftest --seeds 1,2,3 --json > selftest.json
      brownout selftest --seeds 1 --burners 4
    """
    from brownout import find_engine

    numbers = _numbers(seeds) or ((1,) if short else (1, 2, 3))
    find_engine.require(sys.argv[1:])

    from brownout.selftest import tables
    from brownout.selftest.defects import DEFECTS
    from brownout.selftest.playing import turns

    folder = out or Path("reports") / f"selftest-{time.strftime('%Y%m%d-%H%M%S')}"
    matrix = _play(turns(numbers, short=short), folder, burners)
    if write is not None:
        _put_into(write, matrix)
    if json:
        output.emit({**tables.as_json(matrix, DEFECTS), "folder": str(folder)})
    else:
        _print(matrix, folder)
    raise typer.Exit(matrix.exit_code)


def _numbers(text: str) -> tuple[int, ...]:
    words = text.replace(",", " ").split()
    if not all(word.isdecimal() for word in words):
        raise typer.BadParameter(f"--seeds: {text!r} is no list of numbers; write --seeds 1,2,3")
    return tuple(dict.fromkeys(int(word) for word in words))


def _play(all_turns: Sequence[Turn], folder: Path, burners: int) -> Matrix:
    from brownout.drill.progress import Silent
    from brownout.selftest.burners import burning
    from brownout.selftest.defects import DEFECTS
    from brownout.selftest.matrix import matrix
    from brownout.selftest.playing import play

    order = iter(range(1, len(all_turns) + 1))

    def watched(turn: Turn) -> Silent:
        output.complain(f"{next(order)} of {len(all_turns)}: {turn.name}")
        return Silent()

    with burning(burners):
        plays = list(play(all_turns, folder, watched))
    return matrix(DEFECTS.values(), plays, loaded=burners > 0)


def _put_into(path: Path, matrix: Matrix) -> None:
    from brownout.config.yamlfile import InputError, Problem
    from brownout.selftest import tables
    from brownout.selftest.defects import DEFECTS

    with output.writing(path):
        try:
            path.write_text(tables.put_into(path.read_text(encoding="utf-8"), matrix, DEFECTS), encoding="utf-8")
        except ValueError as error:
            raise InputError([Problem(str(path), 0, 0, str(error))]) from None


def _print(matrix: Matrix, folder: Path) -> None:
    from brownout.selftest import tables
    from brownout.selftest.defects import DEFECTS
    from brownout.selftest.matrix import COLUMNS

    _table(tables.HEAD, list(tables.defect_rows(matrix, DEFECTS)))
    output.say("")
    _table(("what was there", *COLUMNS), list(tables.confusion_rows(matrix)))
    output.say("")
    for problem in tables.problems(matrix):
        output.say(problem, "yellow")
    hits = sum(case.hit for case in matrix.cases)
    accused = f"{len(matrix.accused)} sound ones accused" if matrix.accused else "no sound one accused"
    style = "bold green" if matrix.exit_code == ExitCode.HELD else "bold red"
    output.say(f"{hits} of {len(matrix.cases)} planted defects found, {accused}", style)
    output.say(f"Drills: {folder}", "dim")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(*head, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    output.console().print(table)
