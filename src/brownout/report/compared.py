"""A comparison for people: a table on the terminal, and in Markdown. Pure but for the console that it is given."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from brownout.comparison import Cell, Compared, Comparison, Word
from brownout.report import words
from brownout.report.fitting import Block, fitted
from brownout.report.markup import table as markdown_table
from brownout.report.markup import text

_STYLES: dict[Word, str] = {"worse": "bold red", "better": "bold green", "not told apart": "dim"}


def headline(comparison: Comparison) -> str:
    """What became of B against A, in a sentence or two."""
    counts = {word: sum(row.word == word for row in comparison.rows) for word in ("worse", "better")}
    if comparison.word == "not told apart":
        text = f"Nothing tells B and A apart in {words.count(len(comparison.rows), 'objective')}."
    else:
        parts = [f"{number} {word}" for word, number in counts.items() if number]
        text = f"B against A: {' · '.join(parts)}, of {words.count(len(comparison.rows), 'objective')}."
    risk = 100 * (1 - comparison.confidence)
    return f"{text} The risk that any of the figures differs by chance alone is {risk:.3g}%."


def sides(comparison: Comparison) -> list[str]:
    """Which drills are A, and which B."""
    return [f"{name}: {', '.join(side)}" for name, side in (("A", comparison.a), ("B", comparison.b))]


def _cell(cell: Cell) -> str:
    return f"{cell.status} {cell.measured}"


def print_table(comparison: Comparison, console: Console, *, all_rows: bool = True) -> None:
    """Every objective with both sides and the word; then which drills they are, and how they differ otherwise.

    Without ``all_rows`` only those that differ.
    """
    shown = [row for row in comparison.rows if all_rows or row.word != "not told apart"]
    console.print(Text.assemble((str(comparison.word).upper(), _STYLES[comparison.word]), f"  {headline(comparison)}"))
    if not shown:
        return
    console.print()
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for name, ratio in (("objective", 4), ("A", 4), ("B", 4), ("B is", 3)):
        grid.add_column(name, overflow="fold", ratio=ratio)
    for row in shown:
        word = Text.assemble((row.word, _STYLES[row.word]), "\n", (words.printable(row.why), "dim"))
        grid.add_row(_objective(row), *(Text(words.printable(_cell(cell))) for cell in (row.a, row.b)), word)
    console.print(grid)
    for line in [*sides(comparison), *(f"not alike: {each}" for each in comparison.unlike)]:
        console.print(Text(words.printable(line), "dim"), soft_wrap=True)


def _objective(row: Compared) -> Text:
    return Text.assemble(words.printable(words.spaced(row.id)), "\n", (words.printable(row.objective), "dim"))


def blocks(comparison: Comparison, level: int) -> list[Block]:
    """The comparison as parts of a page in Markdown, under a heading of this level."""
    rows = [
        (words.spaced(row.id), row.objective, _cell(row.a), _cell(row.b), row.word, row.why) for row in comparison.rows
    ]
    heading = (
        f"{str(comparison.word).capitalize()} than the baseline"
        if comparison.word != "not told apart"
        else "Not told apart from the baseline"
    )
    lines = markdown_table(("expectation", "objective", "A", "B", "B is", "because"), rows)
    about = [f"- {text(line)}" for line in sides(comparison)]
    about += [f"- not alike: {text(line)}" for line in comparison.unlike]
    return [
        Block("opening lines", [f"{'#' * level} {heading}\n", text(headline(comparison))], first=True),
        Block("objectives", lines[2:], head=lines[:2]),
        Block("lines", about),
    ]


def markdown(comparison: Comparison) -> str:
    """The comparison as a comment in Markdown, never longer than GitHub takes."""
    return fitted(blocks(comparison, level=3))
