"""What a drill runs in: a reader that leaves, and a shell that tells its Pythons all sorts of things."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.drills import PROFILE, a_desk
from support.pages import ROOT

pytestmark = pytest.mark.e2e


def test_a_drill_whose_reader_leaves_goes_on_to_its_report_and_its_code(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        drill = desk.start("run", "short.yaml", "--app", "brownout.yaml", "--out", "out")
        assert drill.stdout is not None
        drill.stdout.readline()
        drill.stdout.close()
        drill.stdout = None
        _, said = drill.communicate(timeout=60)

        assert (drill.returncode, said) == (0, "")
        assert (desk.out / "report.html").is_file()


def test_a_drill_is_held_in_a_shell_that_tells_its_pythons_all_sorts_of_things(tmp_path: Path) -> None:
    shadows = tmp_path / "shadows"
    for folder in (shadows, tmp_path / "desk"):
        folder.mkdir()
    for name in ("json", "logging", "asyncio", "socket", "typing"):
        (shadows / f"{name}.py").write_text("raise SystemExit('the wrong one')\n")
    start = {**PROFILE["start"], "env": {"PYTHONPATH": ""}}  # the application's own Python is not ours to keep clean
    with a_desk(tmp_path / "desk", start=start) as desk:
        desk.env = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(shadows)]), "PYTHONOPTIMIZE": "2"}
        done = desk.brownout("run", "short.yaml", "--app", "brownout.yaml", "--out", "out")

    assert done.returncode == 0, done.stdout + done.stderr
