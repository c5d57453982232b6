"""The page "From the reports" as data, and its drills, each played once."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from typing import Any

from brownout.config.yamlfile import parse
from brownout.judging.judge import judge
from brownout.result import Result
from support.pages import ROOT, table
from support.played import played

PAGE = ROOT / "docs" / "seeds.md"
SHORTER = {
    "page": ("--speed", "400", "--users", "16"),
    "exit": ("--speed", "1200", "--users", "18"),
    "missed": ("--speed", "800", "--users", "8"),
    "perplexity": ("--speed", "800", "--users", "16"),
    "copilot": ("--speed", "750", "--users", "16"),
}
"""What tests add to the command on the page: the same, in less time or with fewer users.

The missed exit has time for five questions of a user before the deadline, and more: the fragile bot's export lacks what
comes after ten messages.
"""
LASTS = {"healthy": "30m", "mitigation": "10m", "tail": "10m", "recovered": "50m"}
"""The phases of the outage in tests, where they are not as long as on the page: more of the good hours, since few
questions prove little, and less of the slow way back."""
REPORTS = 6
"""The weight of who orders a report in tests: each waits for a webhook, and so only few meet the lost ones."""
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
def drilled(name: str) -> Drilled:
    """A drill of the page: its scenario against its application, in less time."""
    program, run, scenario, app, profile = commands()[name]
    assert (program, run, app) == ("brownout", "run", "--app")
    command, files = (scenario, app, str(ROOT / profile), *SHORTER.get(name, ())), {}
    if name == "outage":
        files = {"brownout.yaml": with_more_reports(profile), f"{scenario}.yaml": with_a_short_tail(scenario)}
        command = (f"{scenario}.yaml", app, "brownout.yaml")
    found = played(*command, files=files, codes=(0, 1, 3))
    (drill,) = found.rows("drill")
    users = tuple((row["t"] - drill["zero"], int(row["users"])) for row in found.rows("users"))
    return Drilled(found.code, found.said, judge(found.folder), users)


def with_a_short_tail(scenario: str) -> dict[str, Any]:
    """The scenario with phases of other lengths. Its page's posts come when they come."""
    value: dict[str, Any] = parse(ROOT / "scenarios" / f"{scenario}.yaml").value
    for phase in value["timeline"]:
        phase["lasts"] = LASTS.get(phase["phase"], phase["lasts"])
    return value


def with_more_reports(profile: str) -> dict[str, Any]:
    """The profile for another folder than its application's, with more of those who order reports."""
    value: dict[str, Any] = parse(ROOT / profile).value
    value["start"]["cwd"] = str((ROOT / profile).parent)
    value["journeys"]["report"]["weight"] = REPORTS
    return value


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
