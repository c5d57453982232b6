"""``brownout list``."""

from __future__ import annotations

import json

import pytest

from brownout.cli import main
from brownout.commands.list import ALL, KINDS
from brownout.expect import EXPECTABLE
from brownout.faults import FAULTS


def test_everything_that_comes_with_brownout_has_a_line() -> None:
    found = {kind: listed() for kind, listed in KINDS.items()}

    assert [line["name"] for line in found["faults"]] == sorted(FAULTS)
    assert [line["name"] for line in found["checks"]] == sorted(EXPECTABLE)
    assert found["scenarios"][0]["name"] == "baseline"
    assert all(line.get("title") or line.get("about") for lines in found.values() for line in lines)


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_is_listed_by_itself(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", kind, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {kind: KINDS[kind]()}


def test_symptoms_are_listed_where_they_are_asked_for_and_not_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(KINDS) - set(ALL) == {"symptoms"}
    assert main(["list", "symptoms"]) == 0
    said = capsys.readouterr().out
    assert "Server disconnected without sending a response" in said
    assert "hang (httpx)" in said
    assert "brownout show FAULT" in said


@pytest.mark.parametrize(("kind", "thing"), [("faults", "FAULT"), ("checks", "CHECK")])
def test_a_list_says_how_to_have_one_explained(kind: str, thing: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", kind]) == 0
    assert f"Next: brownout show {thing} explains one, with an example" in capsys.readouterr().out


def test_a_kind_that_there_is_not_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "fautls"]) == 2
    assert "there is no list of 'fautls'; did you mean 'faults'?" in " ".join(capsys.readouterr().err.split())


def test_people_and_machines_read_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    names = [line["name"] for lines in json.loads(capsys.readouterr().out).values() for line in lines]
    assert main(["list"]) == 0
    shown = capsys.readouterr().out

    assert [name for name in names if name not in shown] == []
