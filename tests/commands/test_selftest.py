"""``brownout selftest``: what may be asked of it, and the short form as a user plays it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.drills import a_desk

from brownout.cli import main


@pytest.mark.parametrize("seeds", ["one", "1,x", "1;2", "-1"])
def test_seeds_that_are_no_numbers_are_bad_input(seeds: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", f"--seeds={seeds}"]) == 2
    assert "write --seeds 1,2,3" in capsys.readouterr().err


@pytest.mark.heavy
@pytest.mark.e2e
@pytest.mark.drill
def test_the_short_form_finds_every_defect_that_it_plays_and_accuses_nobody(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        done = desk.brownout("selftest", "--short", "--json", "--out", "out", timeout=110)
        desk.wait_until_alone()

    value = json.loads(done.stdout)
    assert value["exit_code"] == done.returncode == 0, done.stdout
    assert value["found"] == value["planted"] >= 20
    assert value["confusion"]["sound twin"]["BROKEN"] == value["confusion"]["no fault"]["BROKEN"] == 0
