"""The page "From the reports" as data, and its drills, each run once."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from brownout.journal import files, parse
from brownout.judging.judge import judge
from brownout.result import Result
from support.pages import ROOT, table
from support.turns import assert_turn

PAGE = ROOT / "docs" / "seeds.md"
_RULE = re.compile(r"`([a-z_0-9]+)` on `([^`]+)`")


@dataclass(frozen=True)
class Row:
    """A system of the reports: what breaks it in which drill, and the verdicts that prove what becomes of it."""

    system: str
    drill: str
    scenario: str
    rules: tuple[tuple[str, str], ...]
    surge: bool
    proofs: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class Drilled:
    """A drill that was run."""

    code: int
    said: str
    result: Result
    users: tuple[tuple[float, int], ...]
    """Drill seconds, and how many users there were."""


def rows() -> list[Row]:
    """The page's table."""
    return [
        Row(
            system,
            drill,
            re.findall(r"\(\.\./scenarios/([\w-]+)\.yaml\)", scenario)[0],
            tuple(_RULE.findall(broken)),
            "`load.surge`" in broken,
            tuple(re.findall(r"`([^`]+)`", proved)),
            "BROKEN" if proved.startswith("BROKEN:") else "HELD",
        )
        for system, drill, scenario, broken, proved in table(PAGE.read_text(), "system in the reports")
    ]


def of_drill(*names: str) -> list[Row]:
    """The rows that these drills prove."""
    return [row for row in rows() if row.drill in names]


def commands() -> dict[str, list[str]]:
    """Each drill's command, in words."""
    return {name: shlex.split(command.strip("`")) for name, command in table(PAGE.read_text(), "drill")}


@cache
def drilled(name: str, out: Path) -> Drilled:
    """Run a drill's command as it stands on the page, into a folder of the test's own."""
    program, *arguments = commands()[name]
    assert program == "brownout"
    assert_turn(arguments)
    folder = out / name
    done = subprocess.run(
        [sys.executable, "-m", "brownout", *arguments, "--out", str(folder), "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert (folder / "journal").is_dir(), done.stderr
    journal = [row for path in files(folder) for line in path.read_bytes().splitlines() if (row := parse(line))]
    zero = next(float(row["zero"]) for row in journal if row["kind"] == "drill")
    users = tuple((float(row["t"]) - zero, int(row["users"])) for row in journal if row["kind"] == "users")
    return Drilled(done.returncode, done.stdout + done.stderr, judge(folder), users)


def assert_holds(row: Row, found: Drilled) -> None:
    """What the row says is so."""
    result = found.result
    verdicts = {verdict.id: verdict for verdict in result.verdicts}
    # On a busy machine a rule of another row may have met too few calls: then the drill as a whole is UNKNOWN (3).
    assert found.code in ((0, 3) if row.status == "HELD" else (1,)), found.said
    assert result.scenario == row.scenario
    for fault, on in row.rules:
        delivered = sum(rule.delivered for rule in result.rules if (rule.fault, rule.on) == (fault, on))
        assert delivered > 0, f"{fault} on {on} reached nobody"
    for proof in row.proofs:
        assert proof in verdicts, f"there is no {proof!r} among {sorted(verdicts)}"
        assert (verdicts[proof].status, verdicts[proof].samples > 0) == (row.status, True), verdicts[proof]
    if row.surge:
        assert_surge(found)


def assert_surge(found: Drilled) -> None:
    """More users came while the platform was out."""
    most: dict[bool, int] = {True: 0, False: 0}
    for phase in found.result.phases:
        there = [count for at, count in found.users if phase.start <= at < phase.end]
        out = phase.impact == "major_outage"
        most[out] = max(most[out], *there, 0)
    assert most[True] > most[False] > 0


def as_case(row: Row) -> Any:
    """For a readable test id."""
    return row.system
