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
    "exit": ("--speed", "1600", "--users", "24"),
    "missed": ("--speed", "1300", "--users", "10"),
    "perplexity": ("--speed", "1200", "--users", "24"),
    "copilot": ("--speed", "1100", "--users", "24"),
}
"""What tests add to the command on the page: the same, in less time or with more users.

The missed exit has time for eight questions of a user before the deadline: the fragile bot's export lacks what comes
after ten messages.
"""
LASTS = {"healthy": "30m", "mitigation": "10m", "tail": "10m", "recovered": "50m"}
"""The phases of the outage in tests, where they are not as long as on the page: more of the good hours, since few
questions prove little, and less of the slow way back."""
REPORTS = 6
"""The weight of who orders a report in tests: each waits for a webhook, and so only few meet the lost ones."""
PATIENCE = "4s"
"""How long who writes to the bot that links nobody waits in tests."""
DAYS = {"open": "240m", "notice": "60m", "revoked": "100m"}
"""The phases of the exit that is missed in tests, where they are not as long as on the page."""
LATER = ("perplexity", "copilot")
"""Drills that `make drills` plays, and `make test` does not: another goes the same way, with another platform."""
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
    if name == "missed":
        files = {"brownout.yaml": with_less_patience(profile), f"{scenario}.yaml": with_more_days_before(scenario)}
        command = (f"{scenario}.yaml", app, "brownout.yaml", *SHORTER[name])
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


def with_more_days_before(scenario: str) -> dict[str, Any]:
    """The scenario with more time before the deadline, in which users say more than fits into an export, and less
    after it."""
    value: dict[str, Any] = parse(ROOT / "scenarios" / f"{scenario}.yaml").value
    for phase in value["timeline"]:
        phase["lasts"] = DAYS.get(phase["phase"], phase["lasts"])
    value["channels"]["whatsapp"] = {"announced": "240m", "deadline": "420m"}
    return value


def with_more_reports(profile: str) -> dict[str, Any]:
    """The profile with more of those who order reports."""
    value = elsewhere(profile)
    value["journeys"]["report"]["weight"] = REPORTS
    return value


def with_less_patience(profile: str) -> dict[str, Any]:
    """The profile with users who think less and give up sooner, and so say more before the deadline."""
    value = elsewhere(profile)
    value["journeys"]["whatsapp"]["patience"] = PATIENCE
    value["journeys"]["whatsapp"]["steps"][0]["think"] = "50ms"
    return value


def elsewhere(profile: str) -> dict[str, Any]:
    """The profile for another folder than its application's. Pictures and voices of its journeys are left out."""
    value: dict[str, Any] = parse(ROOT / profile).value
    value["start"]["cwd"] = str((ROOT / profile).parent)
    value["journeys"].pop("voice and image", None)
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
