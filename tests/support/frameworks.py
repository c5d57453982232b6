"""Python frameworks that the heavy tests' applications are written with: an environment of their own, once a checkout.

What they pin clashes with what the engine pins, so they are no part of the tests' environment. What is installed is the
group ``heavy`` of ``pyproject.toml``, in the versions of ``constraints/heavy.txt``: ahead of the tests by
``python tests/support/frameworks.py``, else by the first test that asks.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

ROOT = Path(__file__).parents[2]
PLACE = ROOT / ".venv-heavy"
PROJECT, VERSIONS = ROOT / "pyproject.toml", ROOT / "constraints" / "heavy.txt"
SECONDS = 280.0
"""How long one test may wait for the installation, its own or another worker's."""


class LacksFrameworks(Exception):
    """They could not be installed; the text says why."""


def wanted() -> str:
    """A digest of what has to be installed, and for which Python."""
    group = tomllib.loads(PROJECT.read_text())["dependency-groups"]["heavy"]
    return hashlib.sha256(f"{sys.version}\n{group}\n{VERSIONS.read_text()}".encode()).hexdigest()


def install(seconds: float = SECONDS) -> Path:
    """The interpreter that has them, all of them. Raises LacksFrameworks."""
    home = PLACE / "env"
    made, mark = home / "bin" / "python", home / ".installed"
    PLACE.mkdir(exist_ok=True)
    try:
        with FileLock(PLACE / ".install.lock", timeout=seconds):
            if not mark.is_file() or mark.read_text() != wanted():
                _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(home)], seconds)
                pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
                asked = ["--group", "heavy", "--constraint", str(VERSIONS)]
                _run([*pip, "--python", str(made), "install", *asked], seconds)
                mark.write_text(wanted())
    except Timeout:
        raise LacksFrameworks(f"another process still installs into {PLACE} after {seconds:g} s") from None
    return made


def _run(command: list[str], seconds: float) -> None:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise LacksFrameworks(f"not installed within {seconds:g} s: {' '.join(command)}") from None
    if done.returncode:
        raise LacksFrameworks(f"{' '.join(command)} failed: {done.stderr.strip()[-800:]}")


def python() -> str:
    """The interpreter that has them. Fails the test where BROWNOUT_HEAVY=1 and it cannot be had; else skips it."""
    try:
        return str(install())
    except LacksFrameworks as error:
        reason = str(error)
    if os.environ.get("BROWNOUT_HEAVY") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


if __name__ == "__main__":
    try:
        install(seconds=900)
    except LacksFrameworks as missing:
        sys.exit(f"error: {missing}")
