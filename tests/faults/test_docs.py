"""docs/faults.md says what is there: every setting, and examples that load."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest

from brownout.config import yamlfile
from brownout.faults import FAULTS
from brownout.rule import RuleKeys
from brownout.scenario import Scenario

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text()
SCENARIO = """brownout: 1
name: example
title: An example
channels: {whatsapp: {deadline: 5m}}
timeline:
  - phase: outage
    lasts: 10m
    impact: major_outage
    rules:
"""


def section(name: str) -> str:
    match = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert match
    return match[1]


def settings(name: str) -> set[str]:
    own = set(FAULTS[name].model_fields) - set(RuleKeys.model_fields) - {"fault"}
    return own | ({"after"} if FAULTS[name].positioned else set())


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_setting_and_no_other_is_in_the_table(name: str) -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", section(name), re.MULTILINE)) == settings(name)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_example_loads(name: str, tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", section(name), re.DOTALL)
    file = tmp_path / "example.yaml"
    file.write_text(SCENARIO + textwrap.indent(block, "      "))

    scenario = yamlfile.read(file, Scenario)

    assert {rule.fault for rule in scenario.rules} == {name}
    again = Scenario.model_validate(json.loads(json.dumps(scenario.written())))
    assert again == scenario
    assert [rule.model_fields_set for rule in again.rules] == [rule.model_fields_set for rule in scenario.rules]
    assert [rule.kind.model_fields_set for rule in again.rules] == [
        rule.kind.model_fields_set for rule in scenario.rules
    ]


def test_the_table_at_the_top_lists_all_faults() -> None:
    assert re.findall(r"^\| \[(\w+)\]\(#\1\)", PAGE, re.MULTILINE) == list(FAULTS)
