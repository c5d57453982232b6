"""One drill at a time, across processes; and no drill without its turn."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import Timeout
from support.turns import BY_PLACE, assert_turn, turn

TESTS = Path(__file__).parent
HOLDER = """
import sys
from pathlib import Path
from support.turns import turn

with turn(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""
STARTS = re.compile(
    r"from support.drills import .*[dD]esk|from support.seeds import .*\bdrilled\b"
    r'|"-m", "kills"|"soak", "--minutes", "0|place.run\("brownout", "run"'
)


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process, which has the turn."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "lock")],
        cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    return process


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_two_processes_take_turns_and_a_dead_one_has_none(
    holder: subprocess.Popen[str], tmp_path: Path, end: signal.Signals
) -> None:
    with pytest.raises(Timeout), turn(tmp_path / "lock", patience=0):
        pytest.fail("two have the turn")

    holder.send_signal(end)
    holder.communicate(timeout=60)
    with turn(tmp_path / "lock", patience=60):
        assert_turn(["run", "baseline"])


def test_a_drill_without_its_turn_is_a_failure_that_names_the_marker() -> None:
    with pytest.raises(AssertionError, match=r"`brownout run` plays a drill: mark the test with @pytest.mark.drill"):
        assert_turn(["run", "baseline"])


@pytest.mark.parametrize("command", [(), ("report", "out"), ("lint", "run")])
def test_other_commands_need_no_turn(command: tuple[str, ...]) -> None:
    assert_turn(command)


@pytest.mark.drill
def test_a_test_that_is_marked_has_the_turn() -> None:
    assert_turn(["demo"])


def test_every_file_that_starts_a_drill_marks_its_tests() -> None:
    files = [path for path in TESTS.rglob("test_*.py") if path.relative_to(TESTS).parts[0] not in BY_PLACE]
    starting = {path for path in files if path != Path(__file__) and STARTS.search(path.read_text())}

    assert {path.name for path in starting} >= {"test_drill_items.py", "test_kills.py", "test_soak.py", "test_wheel.py"}
    assert [path.name for path in sorted(starting) if "pytest.mark.drill" not in path.read_text()] == []
