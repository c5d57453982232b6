"""Python frameworks of agents: installed once per checkout into an environment of their own, for heavy tests."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

PLACE = Path(__file__).parents[1] / "frameworks"
SECONDS = 280.0
"""How long one test may wait for the installation, its own or another worker's."""


def python() -> str:
    """The interpreter that has them. Fails the test where BROWNOUT_HEAVY=1 and it cannot be had; else skips it."""
    wanted = PLACE / "requirements.txt"
    home = PLACE / ".venv"
    made, mark = home / "bin" / "python", home / ".installed"
    stamp = hashlib.sha256(wanted.read_bytes()).hexdigest()
    with FileLock(PLACE / ".install.lock", timeout=SECONDS):
        if not mark.is_file() or mark.read_text() != stamp:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True, timeout=SECONDS)
            command = [str(made), "-m", "pip", "install", "--quiet", "--requirement", str(wanted)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
            if done.returncode:
                _end(f"pip install failed for {wanted}: {done.stderr.strip()[-800:]}")
            mark.write_text(stamp)
    return str(made)


def _end(reason: str) -> None:
    if os.environ.get("BROWNOUT_HEAVY") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
