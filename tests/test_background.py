"""A run of the tests in the background of a shell: its processes can be interrupted all the same."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEAF = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"]
"""Runs a command as a shell without job control runs what is in its background."""
CHILD = "import signal, sys; sys.exit(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"


def test_a_process_of_a_test_hears_ctrl_c() -> None:
    assert subprocess.run([sys.executable, "-c", CHILD], timeout=60, check=False).returncode == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_shell_without_job_control_makes_deaf() -> None:
    done = subprocess.run([*DEAF, sys.executable, "-c", CHILD], timeout=60, check=False)

    assert done.returncode == 1


@pytest.mark.parametrize("workers", ["0", "1"])
def test_it_does_so_where_the_run_itself_is_in_the_background(workers: str) -> None:
    test = f"{Path(__file__).name}::{test_a_process_of_a_test_hears_ctrl_c.__name__}"
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", workers, f"tests/{test}"]
    done = subprocess.run([*DEAF, *pytest_], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
