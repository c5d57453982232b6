"""What brownout's YAML is to others' parsers: the same values, but for a key that YAML 1.1 takes for a boolean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML
from support.pages import ROOT

from brownout.config.yamlfile import InputError, parse
from brownout.library.library import load_scenario

FILES = sorted([*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "examples").rglob("brownout.yaml")])
each = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
RULE = """\
brownout: 1
name: generated
title: A scenario that a program wrote
timeline:
  - phase: down
    lasts: 5m
    impact: major_outage
    rules: [{fault: hang, on: openai.chat}]
"""


def renamed(value: Any) -> Any:
    """A value with the key that YAML 1.1 makes of ``on`` called that again."""
    if isinstance(value, dict):
        return {"on" if key is True else key: renamed(child) for key, child in value.items()}
    return [renamed(child) for child in value] if isinstance(value, list) else value


def of_ruamel(file: Path) -> Any:
    return YAML(typ="safe", pure=True).load(file.read_text())


@each
def test_a_parser_of_yaml_1_2_reads_our_files_as_we_do(file: Path) -> None:
    assert of_ruamel(file) == parse(file).value


@each
def test_a_parser_of_yaml_1_1_differs_in_one_key_only(file: Path) -> None:
    assert renamed(yaml.safe_load(file.read_text())) == parse(file).value


@each
def test_our_files_quote_no_key(file: Path) -> None:
    lines = [line.split("#")[0] for line in file.read_text().splitlines()]
    assert [line for line in lines if "'on'" in line or '"on"' in line] == []


def test_what_pyyaml_writes_of_it_is_read_again(tmp_path: Path) -> None:
    """It puts quotes round the key by itself."""
    file = tmp_path / "generated.yaml"
    file.write_text(RULE)
    value = parse(file).value
    file.write_text(yaml.safe_dump(value))

    assert "'on': openai.chat" in file.read_text()
    assert parse(file).value == value


def test_a_key_that_a_parser_of_yaml_1_1_turned_into_a_boolean_is_told_from_a_typo(tmp_path: Path) -> None:
    file = tmp_path / "generated.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(RULE)))
    assert "true: openai.chat" in file.read_text()

    with pytest.raises(InputError) as raised:
        load_scenario(file)

    said = [problem.message for problem in raised.value.problems]
    assert any(
        "a parser of YAML 1.1 has read the key on as a boolean: write it in quotes, as 'on'" in one for one in said
    )
