"""Node's SDKs and the command-line agents: installed once per checkout, and run as clients.

They are large, and so no part of the Python environment. ``python tests/support/node.py`` installs them ahead of the
tests; otherwise the first test that asks does. What lacks them fails where BROWNOUT_HEAVY=1, and skips elsewhere.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import pytest

SDKS = Path(__file__).parents[1] / "node"
CLIS = SDKS / "clis"
OLDEST = 18
"""The oldest major version of Node that all of these packages run on."""
INSTALL_SECONDS = 240.0
"""How long one test may wait for an installation, its own or another worker's."""


class LacksNode(Exception):
    """Node, or something that is installed with it, is not there; the text says what and what to do."""


def node() -> str:
    """The path of a Node that is new enough. Raises LacksNode."""
    found = shutil.which("node")
    if not found or not shutil.which("npm"):
        raise LacksNode("node and npm are not installed: run scripts/install-node")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    version = re.match(r"v(\d+)\.", said)
    if not version or int(version[1]) < OLDEST:
        raise LacksNode(f"node is {said.strip() or 'of no known version'}, and {OLDEST} or newer is needed")
    return found


@contextmanager
def _alone(folder: Path, seconds: float) -> Iterator[None]:
    """One process at a time in a folder; the lock goes with the process that holds it. Raises LacksNode."""
    until = time.monotonic() + seconds
    with (folder / ".install.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise LacksNode(f"another process still installs into {folder} after {seconds:g} s") from None
                time.sleep(0.1)
        yield


def install(folder: Path, seconds: float = INSTALL_SECONDS) -> None:
    """What the folder's package-lock.json lists is in its node_modules afterwards. Raises LacksNode."""
    node()
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    mark = folder / "node_modules" / ".installed"
    with _alone(folder, seconds):
        if mark.is_file() and mark.read_text() == wanted:
            return
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            done = run(command, os.environ, folder, seconds)
        except subprocess.TimeoutExpired:
            raise LacksNode(f"npm ci did not end within {seconds:g} s in {folder}") from None
        if done.returncode:
            raise LacksNode(f"npm ci failed in {folder}: {(done.stderr or done.stdout).strip()[:800]}")
        mark.write_text(wanted)


def run(
    command: Sequence[str | Path], env: Mapping[str, str], folder: Path, seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run it in a folder, with nothing but ``env`` around it and nothing to read.

    Raises subprocess.TimeoutExpired after ``seconds``, with what was written so far; its children end too.
    """
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=folder, env=dict(env), stdin=null, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except BaseException as error:
            # An agent's command is a wrapper: to end the wrapper alone would leave the agent running.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                raise subprocess.TimeoutExpired(error.cmd, seconds, out, err) from None
            raise
    return subprocess.CompletedProcess(list(command), process.returncode, out, err)


def _ready(folder: Path) -> str:
    """Node's path, with the folder installed; else the test that asks ends here."""
    try:
        install(folder)
        return node()
    except LacksNode as error:
        reason = str(error)
    if os.environ.get("BROWNOUT_HEAVY") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _clean(env: Mapping[str, str] | None) -> dict[str, str]:
    """The keys, proxies and settings of whoever runs the tests are none of a client's business."""
    return {"PATH": os.environ["PATH"], "NO_COLOR": "1", **(env or {})}


def run_node(
    script: str | Path, env: Mapping[str, str] | None = None, timeout: float = 60.0
) -> subprocess.CompletedProcess[str]:
    """Run an ES module, its text or a file, which may import any of the SDKs wherever the file lies.

    It sees PATH and ``env`` only. Raises subprocess.TimeoutExpired after ``timeout`` seconds.
    """
    text = script.read_text("utf-8") if isinstance(script, Path) else script
    return run([_ready(SDKS), "--input-type=module", "--eval", text], _clean(env), SDKS, timeout)


def app_command(name: str) -> list[str]:
    """The command of an application of ``tests/node``, whose argument is a port."""
    return [_ready(SDKS), str(SDKS / name)]


def cli_path(name: Literal["codex", "claude"]) -> Path:
    """The command of an agent, which needs no network to start."""
    _ready(CLIS)
    return CLIS / "node_modules" / ".bin" / name


def run_cli(
    name: Literal["codex", "claude"],
    *arguments: str,
    home: Path,
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> subprocess.CompletedProcess[str]:
    """Run an agent whose home and working folder is ``home``, with PATH and ``env`` around it.

    Raises subprocess.TimeoutExpired after ``timeout`` seconds.
    """
    return run([cli_path(name), *arguments], _clean({"HOME": str(home), **(env or {})}), home, timeout)


if __name__ == "__main__":
    try:
        for place in (SDKS, CLIS):
            install(place, seconds=900)
    except LacksNode as missing:
        sys.exit(f"error: {missing}")
