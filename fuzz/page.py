"""The table of ``docs/hardness.md``: what was tried, how often, what fell, and how to try it again."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brownout.library.pages import put_between
from fuzz.kinds import TARGETS
from fuzz.run import Tally

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "hardness.md"
MARK: Final = "tried"
KILLS: Final = "parts of a drill, killed"
_HEAD: Final = ("| kind | tried | fell | again with |", "| --- | ---: | ---: | --- |")
_ROW = re.compile(r"^\| (.+?) \| ([\d,]+) \| (\d+) \| `(.+)` \|$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """How many cases of a kind were tried, how many kinds of them fell, and the command that tries them again."""

    tried: int
    fell: int
    again: str


@dataclass(frozen=True)
class Held:
    """A kind that tests hold: their files, and the command before them."""

    make: str
    files: tuple[str, ...]

    @property
    def again(self) -> str:
        """The command that plays them."""
        return f'make {self.make} PYTEST_ARGS="{" ".join(self.files)}"'


HELD: Final[dict[str, Held]] = {
    "parts of a drill, or the machine, that stand still": Held("drills", ("tests/e2e/test_freezes.py",)),
    "no room on the disk, no place to write": Held("test", ("tests/e2e/test_full_disk.py",)),
    "locales, terminals, readers that leave, shells": Held(
        "test", ("tests/commands/test_streams.py", "tests/e2e/test_surroundings.py")
    ),
    "applications on frameworks, as their tutorials write them": Held("heavy", ("tests/heavy/test_applications.py",)),
}
"""In the order of the page, behind what is thrown and killed."""
KINDS: Final = (*(target.kind for target in TARGETS), KILLS, *HELD)


def collected() -> dict[str, Row]:
    """The kinds that tests hold, with as many cases as pytest finds. What falls there is a test that fails."""
    files = [file for held in HELD.values() for file in held.files]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:xdist", *files]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=True).stdout
    counts = {file: int(number) for file, number in re.findall(r"^(tests/\S+): (\d+)$", told, re.MULTILINE)}
    return {kind: Row(sum(counts[file] for file in held.files), 0, held.again) for kind, held in HELD.items()}


def rows(text: str) -> dict[str, Row]:
    """The rows of the page, by their kinds."""
    return {kind: Row(int(tried.replace(",", "")), int(fell), again) for kind, tried, fell, again in _ROW.findall(text)}


def write(new: Mapping[str, Row]) -> None:
    """Put rows into the page; the others stay as they are."""
    text = PAGE.read_text()
    known = {**rows(text), **new}
    lines = [
        f"| {kind} | {known[kind].tried:,} | {known[kind].fell} | `{known[kind].again}` |"
        for kind in KINDS
        if kind in known
    ]
    PAGE.write_text(put_between(text, MARK, "\n".join((*_HEAD, *lines))))


def write_fuzz(tallies: Mapping[str, Tally], minutes: float, seed: int) -> None:
    """Put what was thrown into the page, and what tests hold."""
    again = f"make fuzz MINUTES={minutes:g} SEED={seed}"
    thrown = {kind.kind: tallies[kind.name] for kind in TARGETS}
    write({**{kind: Row(tally.tried, len(tally.falls), again) for kind, tally in thrown.items()}, **collected()})
