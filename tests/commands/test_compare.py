"""``brownout compare``: two folders in, a table and a code out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.forms import written_as
from support.journals import Handwritten, rule

from brownout.cli import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Two drills each of a good application and of a bad one."""
    made = [_drill(tmp_path / f"{name}-{number}", name == "bad") for name in ("good", "bad") for number in (1, 2)]
    yield tmp_path
    for drill in made:
        drill.close()


def _drill(folder: Path, bad: bool, **more: Any) -> Handwritten:
    drill = Handwritten(folder)
    drill.drill |= {"rules": [rule()], "expect": [{"check": "success", "at_least": 0.9}], **more}
    drill.exchange(11, "bo-hit", "server_error", phase="outage")
    for user in range(20):
        drill.asks(11 + user / 4, ["error" if bad and user % 2 else "ok"] * 4, every=2.0, iteration=user)
    drill.write()
    return drill


def test_worse_ends_with_1_and_better_and_alike_with_0(folder: Path, capsys: Captured) -> None:
    good, bad = str(folder / "good-1"), str(folder / "bad-1")

    assert main(["compare", good, bad]) == 1
    out = capsys.readouterr().out
    assert out.startswith("WORSE ")
    assert "50%" in out
    assert main(["compare", bad, good]) == 0
    assert main(["compare", good, str(folder / "good-2")]) == 0
    assert "NOT TOLD APART" in capsys.readouterr().out


def test_a_pattern_or_a_folder_of_drills_is_a_side(folder: Path, capsys: Captured) -> None:
    (folder / "all").mkdir()
    (folder / "bad-2").rename(folder / "all" / "bad-2")

    assert main(["compare", f"{folder}/good-*", str(folder / "all"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    written_as("comparison").validate(told)
    assert (told["word"], told["exit_code"], len(told["a"]), len(told["b"])) == ("worse", 1, 2, 1)
    (row,) = told["rows"]
    assert row["a"]["figure"] == {"value": 1.0, "high": 1.0, "unit": "share", "better": "higher"} | {
        "low": row["a"]["figure"]["low"]
    }
    assert row["a"]["samples"] == 160


def test_markdown_is_a_table_for_a_pull_request(folder: Path, capsys: Captured) -> None:
    assert main(["compare", str(folder / "good-1"), str(folder / "bad-1"), "--markdown"]) == 1

    out = capsys.readouterr().out
    assert out.startswith("### Worse than the baseline\n")
    assert "| expectation | objective | A | B | B is | because |" in out


def test_what_is_not_alike_is_refused_and_compared_anyway(folder: Path, capsys: Captured) -> None:
    other = _drill(folder / "other", True, users=50)
    sides = [str(folder / "good-1"), str(folder / "other")]

    assert main(["compare", *sides]) == 2
    assert "the users: 10 and 50" in capsys.readouterr().err
    assert main(["compare", *sides, "--anyway"]) == 1
    assert "not alike: the users: 10 and 50" in capsys.readouterr().out
    other.close()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["nowhere", "nowhere"], "no drill here; give the folder of a drill"),
        (["no-*", "no-*"], "no drill matches"),
        (["good-1", "good-2", "--confidence", "5%"], "allowed: 50% to 99.9%"),
        (["good-1", "good-2", "--json", "--markdown"], "keep one of them"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(folder: Path, words: list[str], text: str, capsys: Captured) -> None:
    given = [str(folder / word) if word[0] not in "-5" else word for word in words]

    assert main(["compare", *given]) == 2
    assert text in capsys.readouterr().err
