"""The folder of an application, read within bounds: names of files, and the texts of those that are small."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

DEEPEST = 6
"""Folders inside one another."""
MOST_FILES = 3_000
MOST_BYTES = 400_000
"""Of one file; of a longer one nothing is read."""
MOST_SOURCES = 300
_INSTALLED = {"node_modules", "bower_components", "vendor", "venv", "env", "virtualenv", "site-packages"}
_MADE = {"__pycache__", "dist", "build", "out", "target", "coverage", "htmlcov", "reports"}
_BESIDE = {"tests", "test", "__tests__", "docs", "static", "public", "migrations"}
_SKIPPED = _INSTALLED | _MADE | _BESIDE
NODE = (".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx")
JAVA = (".java", ".kt")
SOURCES = (".py", *NODE, *JAVA)


@dataclass(frozen=True)
class Folder:
    """One folder. ``files`` are paths relative to it, those near the top first; hidden folders are left out.

    ``below``: the user stands in the folder that it is in, whose environment may be its own, too.
    """

    root: Path
    below: bool = False

    @cached_property
    def files(self) -> tuple[str, ...]:
        """All files that are looked at, by their path."""
        names: list[str] = []
        for place, folders, files in os.walk(self.root):
            inside = Path(place).relative_to(self.root)
            deep = len(inside.parts) >= DEEPEST
            folders[:] = [] if deep else sorted(each for each in folders if each not in _SKIPPED and each[0] != ".")
            names += [(inside / each).as_posix() for each in sorted(files) if _can_be_written(str(inside / each))]
            if len(names) > MOST_FILES:
                break
        return tuple(sorted(names[:MOST_FILES], key=lambda name: (name.count("/"), name)))

    def text(self, name: str) -> str:
        """The text of a file; empty where there is none of this name, or none that can be read."""
        path = self.root / name
        try:
            about = path.stat()
            if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
                return ""
            return path.read_text("utf-8", "replace")
        except (OSError, ValueError):
            return ""

    def has(self, name: str) -> bool:
        """Whether there is a file of this name that can be read."""
        return bool(self.text(name))

    def json(self, name: str) -> dict[str, Any]:
        """The object in a JSON file; an empty one where there is none."""
        try:
            value = json.loads(self.text(name))
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    def toml(self, name: str) -> dict[str, Any]:
        """The table in a TOML file; an empty one where there is none."""
        try:
            return tomllib.loads(self.text(name))
        except (ValueError, RecursionError):
            return {}

    @cached_property
    def sources(self) -> dict[str, str]:
        """Texts of the application's own sources, by their path."""
        names = (name for name in self.files if PurePosixPath(name).suffix in SOURCES and not _is_a_test(name))
        return {name: self.text(name) for _, name in zip(range(MOST_SOURCES), names, strict=False)}

    def written_in(self, *suffixes: str) -> Iterator[tuple[str, str]]:
        """The sources with one of these endings."""
        return ((name, text) for name, text in self.sources.items() if name.endswith(suffixes))


def _is_a_test(name: str) -> bool:
    stem = PurePosixPath(name).name
    return stem.startswith(("test_", "conftest.")) or ".test." in stem or ".spec." in stem


def _can_be_written(name: str) -> bool:
    """Whether a name is text that a profile can hold."""
    return name.isprintable() and "{" not in name
