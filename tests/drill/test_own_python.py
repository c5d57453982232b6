"""What a shell tells its own Pythons does not reach the parts of a drill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pages import ROOT

from brownout.drill.own_python import HARMLESS, own_environment

SHADOWS = ("json", "logging", "asyncio", "socket", "typing")


@given(st.dictionaries(st.from_regex(r"(PYTHON)?[A-Z]{1,9}", fullmatch=True), st.from_regex("[a-z/]{1,9}")))
def test_nothing_is_told_to_python_and_everything_else_is_inherited(inherited: dict[str, str]) -> None:
    own = own_environment(inherited)

    assert [name for name in own if name.startswith("PYTHON") and name not in HARMLESS] == []
    assert {name: own.get(name) for name in inherited if not name.startswith("PYTHON")}.items() <= own.items()


def test_where_brownout_itself_is_on_the_path_it_stays_there(tmp_path: Path) -> None:
    path = os.pathsep.join([str(tmp_path), str(ROOT / "src")])

    assert own_environment({"PYTHONPATH": path})["PYTHONPATH"] == str(ROOT / "src")
    assert own_environment({"PYTHONPATH": path}, with_path=True)["PYTHONPATH"] == path


@pytest.fixture
def shadows(tmp_path: Path) -> Path:
    """A folder in which modules of Python's have namesakes that nobody can import."""
    folder = tmp_path / "shadows"
    folder.mkdir()
    for name in SHADOWS:
        (folder / f"{name}.py").write_text("raise SystemExit('the wrong one')\n")
    return folder


@pytest.mark.starts
@pytest.mark.parametrize("start", [["-m", "brownout"], ["-c", "from brownout.__main__ import main; main()"]])
def test_a_namesake_in_the_current_folder_is_not_imported(shadows: Path, start: list[str]) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, *start, "list", "checks"]
    done = subprocess.run(command, cwd=shadows, env=env, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, "")
