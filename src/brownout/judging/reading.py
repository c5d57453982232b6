"""Reads the files of a journal line by line, and sets aside what cannot be used. A journal is input like any other."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import from_json

from brownout import events, journal
from brownout.config.yamlfile import InputError, Problem
from brownout.judging.rows import flaw_of

LONGEST = 16 * 1024 * 1024
"""Bytes of a line; ours have some kilobytes, and nobody's memory is for the rest."""
TOLD = 5
"""So many lines are told with their places; the others are counted."""


class JournalError(ValueError):
    """A journal that cannot be judged, and why."""


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Raises InputError where the journal that is read meanwhile is not there, or cannot be judged."""
    try:
        yield
    except (FileNotFoundError, JournalError) as error:
        raise InputError([Problem(str(path), 0, 0, str(error).removeprefix(f"{path}: "))]) from None


@dataclass(frozen=True)
class Aside:
    """A line that cannot be used: where it is, and what is wrong with it."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}"


@dataclass(frozen=True)
class Reading:
    """What can be used of a journal.

    ``files`` are its own, or copies without the lines that cannot be used: so many of these are ``torn``, and the
    first few told. ``later`` is a format that this version does not know, where there are rows in one.
    """

    files: tuple[Path, ...]
    torn: int = 0
    told: tuple[Aside, ...] = ()
    later: int | None = None


def read(path: Path, scratch: Path) -> Reading:
    """Read the journal of a drill's folder, of a journal folder or of one file; copies go to ``scratch``.

    Raises FileNotFoundError where there is no journal, JournalError where a file of it cannot be read.
    """
    files, torn, told, later = [], 0, list[Aside](), None
    for file in journal.files(path):
        try:
            flawed, version = _flawed(file)
            files.append(_without(flawed, file, scratch) if flawed else file)
        except OSError as error:
            raise JournalError(f"{path}: {file.name} cannot be read: {error.strerror or error}") from None
        torn += len(flawed)
        told += [Aside(file.name, number, why) for number, why in flawed.items()][: TOLD - len(told)]
        later = later or version
    return Reading(tuple(files), torn, tuple(told), later)


def _flawed(file: Path) -> tuple[dict[int, str], int | None]:
    """What is wrong with which lines of a file, and the format of a row that is in none of ours."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError("it is no file")
    flawed: dict[int, str] = {}
    later = None
    with file.open("rb") as opened:
        for number, line in enumerate(_lines(opened), 1):
            why, version = _flaw(line)
            if why is not None:
                flawed[number] = why
            later = later or version
    return flawed, later


def _flaw(line: bytes | None) -> tuple[str | None, int | None]:
    """What is wrong with a line (None: nothing), and the format it is in where that is another one."""
    if line is None:
        return f"a line of more than {LONGEST // 1024 // 1024} MB", None
    if not line.strip():
        return None, None
    try:
        row = from_json(line, allow_inf_nan=False)
    except ValueError:
        return "no whole row of JSON", None
    if not isinstance(row, dict) or "kind" not in row:
        return "no row of a journal", None
    version = row.get("v")
    if version != events.VERSION or isinstance(version, bool):
        is_later = isinstance(version, int) and version > events.VERSION
        return f"in format {str(version)[:20]}; this brownout reads {events.VERSION}", version if is_later else None
    return flaw_of(row), None


def _lines(file: io.BufferedReader) -> Iterator[bytes | None]:
    """The lines of a file; None in the place of one that is too long to be held in memory."""
    while line := file.readline(LONGEST + 1):
        if len(line) <= LONGEST:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST)
        yield None


def _without(flawed: dict[int, str], file: Path, scratch: Path) -> Path:
    """A copy of a file without some of its lines."""
    copy = scratch / file.name
    with file.open("rb") as opened, copy.open("wb") as out:
        for number, line in enumerate(_lines(opened), 1):
            if line is not None and number not in flawed:
                out.write(line if line.endswith(b"\n") else line + b"\n")
    return copy
