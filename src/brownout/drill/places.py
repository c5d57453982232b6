"""Where in the user's own files an expectation or a rule stands, so that a report can point at its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from brownout.config import yamlfile
from brownout.drill.timeline import rule_rows
from brownout.events import RuleRow
from brownout.profile import Profile
from brownout.scenario import Scenario


def expectation_lines(file: str, profile: Profile) -> list[int]:
    """The line of each thing that the profile expects, in its order; 0 where the file does not say the same.

    A drill that is played again expects what was expected then, and its file may have been changed since.
    """
    document = _document(file)
    if document is None:
        return []
    try:
        written = yamlfile.validate(document, Profile).expected
    except yamlfile.InputError:
        return []
    return [document.place(("expect", written.index(each)))[0] if each in written else 0 for each in profile.expected]


def placed_rules(file: str, scenario: Scenario) -> list[RuleRow]:
    """The rules of a scenario as the drill row has them, each with its line where the file has it in the same place."""
    document = _document(file)
    lines = dict(_rule_lines(document, scenario)) if document else {}
    rows = rule_rows(scenario)
    for row in rows:
        if row["id"] in lines:
            row["line"] = lines[row["id"]]
    return rows


def _rule_lines(document: yamlfile.Document, scenario: Scenario) -> Iterator[tuple[str, int]]:
    timeline = document.value.get("timeline") or []
    for number, (phase, written) in enumerate(zip(scenario.phases, timeline, strict=False)):
        rules = written.get("rules") or []
        for nth, (rule, its) in enumerate(zip(phase.rules, rules, strict=False)):
            if (written.get("phase"), its.get("fault")) == (phase.phase, rule.fault):
                yield rule.id, document.place(("timeline", number, "rules", nth))[0]


def _document(file: str) -> yamlfile.Document | None:
    """The file as YAML; None for the name of a scenario that comes with brownout, and for what is no file any more."""
    if not Path(file).is_file():
        return None
    try:
        return yamlfile.parse(file)
    except yamlfile.InputError:
        return None
