"""``brownout replay`` without a drill: what it refuses, and what reports say to type."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.journals import Handwritten

from brownout.cli import main
from brownout.judging.judge import judge
from brownout.report import STANDARD, rendered

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Handwritten]:
    """A drill in which a key leaked, with the orders of its proxy."""
    handwritten = Handwritten(tmp_path / "drill")
    handwritten.drill |= {"expect": [{"check": "no_leaks"}], "app_file": "gone/brownout.yaml"}
    handwritten.exchange(11, "bo-hit")
    handwritten.ask(14, leaks=["key"])
    handwritten.write()
    orders = tmp_path / "drill" / "orders"
    orders.mkdir()
    (orders / "proxy-0.json").write_text("{}")
    yield handwritten
    handwritten.close()


def test_every_finding_in_every_report_ends_with_the_command_that_shows_just_this(drill: Handwritten) -> None:
    result = judge(drill.folder)
    command = shlex.join(["brownout", "replay", str(drill.folder), "--finding", "no_leaks"])

    assert [verdict.again for verdict in result.verdicts if verdict.status == "BROKEN"] == [command]
    assert all(command in rendered(name, result).decode().replace("&#39;", "'") for name in STANDARD)
    assert judge(drill.folder / "journal").verdicts[-1].again == command


def test_without_orders_there_is_only_the_whole_drill_to_run_again(drill: Handwritten, capsys: Captured) -> None:
    (drill.folder / "orders" / "proxy-0.json").unlink()

    assert {verdict.again for verdict in judge(drill.folder).verdicts} == {"", judge(drill.folder).command}
    assert main(["replay", str(drill.folder)]) == 2
    assert "to play it again, give the folder as 'brownout run' left it" in capsys.readouterr().err


def test_orders_that_cannot_be_read_are_bad_input(drill: Handwritten, capsys: Captured) -> None:
    assert main(["replay", str(drill.folder)]) == 2
    assert "proxy-0.json: this version cannot play it" in capsys.readouterr().err


def test_a_folder_without_a_drill_is_bad_input(tmp_path: Path, capsys: Captured) -> None:
    assert main(["replay", str(tmp_path / "nowhere")]) == 2
    assert "no journal here" in capsys.readouterr().err
