"""Where commands write: people's text, machines' JSON, and messages."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from brownout.report.words import printable

NARROW = 40
"""Columns that everything is laid out for at least."""


class _Harmless(Console):
    """A console on which no text acts: what a terminal or a runner in CI would obey, it only shows."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of something to print; those of the console itself, such as a cursor's moves, as they are."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else printable(text), style, control)


def console(*, error: bool = False) -> Console:
    """A console for people; without colours where they are not wanted (NO_COLOR, --no-color, no terminal)."""
    stream = sys.stderr if error else sys.stdout
    # Where nobody's window sets the width, lines are for files: eighty columns would only break them.
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 120
    made = _Harmless(stderr=error, highlight=False, width=width)
    if made.width < NARROW:  # the window breaks such lines better than a table of one letter a column would
        made.width = NARROW
    return made


def say(text: str, style: str = "") -> None:
    """A line on standard output, taken literally."""
    console().print(Text(text, style=style), soft_wrap=True)


def complain(text: str) -> None:
    """A message on standard error, taken literally."""
    console(error=True).print(Text(text), soft_wrap=True)


def emit(value: Any) -> None:
    """JSON on standard output, for machines."""
    from brownout.report.json import text_of

    typer.echo(text_of(value))


@contextlib.contextmanager
def writing(path: Path, way_out: str = "choose another place with --out") -> Iterator[None]:
    """Raises InputError where a file or folder that somebody asked for cannot be written."""
    from brownout.config.yamlfile import InputError, Problem

    try:
        yield
    except OSError as error:
        text = f"cannot be written: {error.strerror or error}; {way_out}"
        raise InputError([Problem(str(path), 0, 0, text)]) from None
