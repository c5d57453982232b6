"""Where in the user's own files an expectation or a rule stands, so that a report can point at its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from brownout.config import yamlfile
from brownout.drill.timeline import rule_rows
from brownout.events import RuleRow
from brownout.profile import Profile
from brownout.scenario import Scenario

Model = TypeVar("Model", bound=BaseModel)


def expectation_lines(file: str, profile: Profile) -> list[int]:
    """The line of each thing that the profile expects, in its order; 0 where the file does not say the same.

    A drill that is played again expects what was expected then, and its file may have been changed since.
    """
    document, profile_now = _read(file, Profile)
    if document is None or profile_now is None:
        return []
    written = profile_now.expected
    return [document.place(("expect", written.index(each)))[0] if each in written else 0 for each in profile.expected]


def placed_rules(file: str, scenario: Scenario) -> list[RuleRow]:
    """The rules of a scenario as the drill row has them, each with its line where the file has it in the same place."""
    lines = dict(_rule_lines(file, scenario))
    rows = rule_rows(scenario)
    for row in rows:
        if row["id"] in lines:
            row["line"] = lines[row["id"]]
    return rows


def _rule_lines(file: str, scenario: Scenario) -> Iterator[tuple[str, int]]:
    document, written = _read(file, Scenario)
    if document is None or written is None:
        return
    for number, (phase, its) in enumerate(zip(scenario.phases, written.phases, strict=False)):
        for nth, (rule, that) in enumerate(zip(phase.rules, its.rules, strict=False)):
            if (phase.phase, rule.fault) == (its.phase, that.fault):
                yield rule.id, document.place(("timeline", number, "rules", nth))[0]


def _read(file: str, model: type[Model]) -> tuple[yamlfile.Document | None, Model | None]:
    """The file with its places, and what it says.

    Nothing for the name of a scenario that comes with brownout, and for a file that is gone or wrong by now.
    """
    if not Path(file).is_file():
        return None, None
    try:
        document = yamlfile.parse(file)
        return document, yamlfile.validate(document, model)
    except yamlfile.InputError:
        return None, None
