"""The record of a drill: a folder of JSONL files, one a writer, that survives ``kill -9`` of any of them.

Each row goes out in one ``write`` on an append-only file, so that what was written is in the kernel's hands, and only
the last line of a file can be torn. Reading takes what is whole and counts what is not.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from pydantic_core import PydanticSerializationError, to_json

from brownout.events import VERSION, Event

SUFFIX = ".jsonl"
CANNOT_BE_WRITTEN = 4
"""Exit code of a part whose journal cannot be written."""
_plain_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def _encode(row: dict[str, Any]) -> bytes:
    """A row as JSON; the slower way for what is no valid Unicode, as a hostile path or header may be."""
    try:
        return to_json(row, fallback=str)
    except (PydanticSerializationError, UnicodeError):
        return _plain_encode(row).encode("utf-8", "replace")


class Writer(Protocol):
    """Whatever takes rows."""

    def write(self, event: Event) -> None:
        """Record one event as one row. Raises OSError where it cannot be kept."""


class Journal:
    """Appends rows to ``FOLDER/NAME.jsonl``. ``scrub`` takes out of a line what no journal is to hold."""

    def __init__(self, folder: Path, name: str, scrub: Callable[[bytes], bytes] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._scrub = scrub
        self.path = folder / f"{name}{SUFFIX}"
        self.name = name
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._torn = self._ends_in_half_a_line()

    def _ends_in_half_a_line(self) -> bool:
        """A writer that was killed may have left one; what follows must not be glued to it."""
        size = os.fstat(self._file).st_size
        return bool(size) and os.pread(self._file, 1, size - 1) != b"\n"

    def write(self, event: Event) -> None:
        """Append one row. Raises OSError when the disk is full."""
        row = event.row()
        row.update(v=VERSION, w=self.name, at=round(time.time(), 6), t=round(row.get("t") or time.monotonic(), 6))
        told = _encode(row) if self._scrub is None else self._scrub(_encode(row))
        line = (b"\n" if self._torn else b"") + told + b"\n"
        written = os.write(self._file, line)
        self._torn = written < len(line)
        if self._torn:
            raise OSError(
                errno.ENOSPC, f"only {written} of {len(line)} bytes of a row could be written", str(self.path)
            )

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class PartJournal(Journal):
    """The journal of a part that would go on with rows missing: it ends instead, and says why."""

    def write(self, event: Event) -> None:
        try:
            super().write(event)
        except OSError as error:
            os.write(2, f"{self.path} cannot be written: {error.strerror or error}\n".encode())
            os._exit(CANNOT_BE_WRITTEN)


class MemoryJournal:
    """Keeps rows in a list: the journal of tests and of a proxy that was asked to keep none."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def write(self, event: Event) -> None:
        self.rows.append({"v": VERSION, "w": "memory", "at": time.time(), "t": time.monotonic(), **event.row()})


def files(path: Path) -> list[Path]:
    """The files of a journal: of a drill's folder, of a journal folder, or the one file itself.

    Raises FileNotFoundError.
    """
    if path.is_file():
        return [path]
    folder = path / "journal" if (path / "journal").is_dir() else path
    files = sorted(folder.glob(f"*{SUFFIX}"))
    if not files:
        raise FileNotFoundError(f"{path}: no journal here (a folder with *{SUFFIX} files, as 'brownout run' writes)")
    return files


def home_of(path: Path) -> Path:
    """The folder of the drill whose journal is there: for that folder itself, its journal folder, or one file in it."""
    folder = path.parent if path.is_file() else path
    return folder.parent if folder.name == "journal" and not (folder / "journal").is_dir() else folder


def parse(line: bytes | str) -> dict[str, Any] | None:
    """The row of one line, or None for a torn or foreign one."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and row.get("v") == VERSION and "kind" in row else None


class Tail:
    """Follows a growing journal: each call of ``rows`` gives what is new and whole since the last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, int] = {}

    def rows(self) -> Iterator[dict[str, Any]]:
        """New rows of all files; a line without its end waits for the next call."""
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    self._read[path] = self._read.get(path, 0) + len(line)
                    row = parse(line)
                    if row is not None:
                        yield row
