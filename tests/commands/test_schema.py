"""``brownout schema``."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from brownout import resources
from brownout.cli import main


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("scenario", resources.SCENARIOS / "baseline.yaml"),
        ("profile", resources.EXAMPLES / "fragile_chat" / "brownout.yaml"),
    ],
)
def test_what_it_prints_accepts_what_ships(name: str, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0

    jsonschema.validate(yaml.safe_load(file.read_text()), json.loads(capsys.readouterr().out))
