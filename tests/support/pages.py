"""The project's own pages: their fenced blocks, the commands in them, and their tables."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
)
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block. ``line`` is that of its first line, from 1."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """All blocks of these languages, on all pages."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for match in _FENCE.finditer(text):
            line = text.count("\n", 0, match.start("text")) + 1
            found.append(Block(page, line, match["language"], match["text"]))
    return [block for block in found if block.language in languages]


@dataclass(frozen=True)
class Command:
    """One command line of a block, as a shell splits it; comments are left out."""

    block: Block
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.block} {' '.join(self.words)}"


def commands() -> Iterator[Command]:
    """The command lines of all shell blocks; of a ``console`` block those behind a prompt."""
    for block in blocks("sh", "console"):
        for line in block.text.splitlines():
            prompted = line.startswith("$ ")
            if line.strip() and (prompted or block.language == "sh"):
                words = tuple(shlex.split(line.removeprefix("$ "), comments=True))
                if words:
                    yield Command(block, words)


def section(page: Path, title: str) -> str:
    """The text under a heading of the second level, up to the next. Raises KeyError where there is none."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    if match is None:
        raise KeyError(f"{page.name} has no section {title!r}")
    return match[1]


def table(text: str, head: str) -> list[list[str]]:
    """The rows of the first table whose first column is called ``head``, cell by cell. Raises KeyError."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith(f"| {head} |"):
            rows = []
            for row in lines[number + 2 :]:
                if not row.startswith("|"):
                    break
                rows.append([cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]])
            return rows
    raise KeyError(f"no table with {head!r}")
