"""``brownout list``."""

from __future__ import annotations

import json

import pytest

from brownout.cli import main
from brownout.commands.list import inventory
from brownout.expect import EXPECTABLE
from brownout.faults import FAULTS


def test_everything_that_comes_with_brownout_has_a_line() -> None:
    found = inventory()

    assert [line["name"] for line in found["faults"]] == sorted(FAULTS)
    assert [line["name"] for line in found["checkers"]] == sorted(EXPECTABLE)
    assert found["scenarios"][0]["name"] == "baseline"
    assert all(line.get("title") or line.get("about") for lines in found.values() for line in lines)


def test_people_and_machines_read_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    names = [line["name"] for lines in json.loads(capsys.readouterr().out).values() for line in lines]
    assert main(["list"]) == 0
    shown = capsys.readouterr().out

    assert [name for name in names if name not in shown] == []
