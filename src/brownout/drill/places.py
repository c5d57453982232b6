"""Where in the user's own files an expectation or a rule stands, so that a report can point at its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from brownout.config.yamlfile import InputError
from brownout.drill.timeline import rule_rows
from brownout.events import RuleRow
from brownout.library.library import open_profile, open_scenario
from brownout.profile import Profile
from brownout.scenario import Scenario


def expectation_lines(file: str, profile: Profile) -> list[int]:
    """The line of each thing that the profile expects, in its order; 0 where the file does not say the same.

    None where it is gone or wrong by now. A drill that is played again expects what was expected then, and its file, or
    the one in its folder, may have been changed since.
    """
    path = Path(file).expanduser()
    if not (path.is_file() or path.is_dir()):  # a pipe is read once
        return []
    try:
        profile_now, document = open_profile(path)
    except InputError:
        return []
    written = profile_now.expected
    return [document.place(("expect", written.index(each)))[0] if each in written else 0 for each in profile.expected]


def placed_rules(file: str, scenario: Scenario) -> list[RuleRow]:
    """The rules of a scenario as the drill row has them, each with its line where the file has it in the same place.

    None has one where the scenario comes with brownout, and is named and no file.
    """
    lines = dict(_rule_lines(file, scenario))
    rows = rule_rows(scenario)
    for row in rows:
        if row["id"] in lines:
            row["line"] = lines[row["id"]]
    return rows


def _rule_lines(file: str, scenario: Scenario) -> Iterator[tuple[str, int]]:
    if not Path(file).expanduser().is_file():
        return
    try:
        written, document = open_scenario(file, scenario.platforms)
    except InputError:
        return
    for number, (phase, its) in enumerate(zip(scenario.phases, written.phases, strict=False)):
        for nth, (rule, that) in enumerate(zip(phase.rules, its.rules, strict=False)):
            if (phase.phase, rule.fault) == (its.phase, that.fault):
                yield rule.id, document.place(("timeline", number, "rules", nth))[0]
