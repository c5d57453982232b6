"""Output as terminals, files and pipes take it: it never ends a command, nor changes its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.commands.streams import Steady

pytestmark = pytest.mark.starts
BROWNOUT = (sys.executable, "-m", "brownout")


def run(*words: str, shell: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """A command of ours, with its streams as the shell's words have them."""
    whole = {**os.environ, **(env or {})}
    command = ["sh", "-c", f'"$@" {shell}', "sh", *BROWNOUT, *words]
    return subprocess.run(command, env=whole, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1:strict"},
    ],
)
def test_what_an_encoding_has_not_is_escaped(tmp_path: Path, env: dict[str, str]) -> None:
    odd = tmp_path / "odd.yaml"
    odd.write_text("name: x\n日本: 1\n", encoding="utf-8")
    done = run("lint", str(odd), env=env)

    assert done.returncode == 2
    assert b"\\u65e5\\u672c" in done.stdout + done.stderr
    assert b"Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("shell", [">&-", "2>&-", ">&- 2>&-", ">/dev/full", "| true"])
@pytest.mark.parametrize(("words", "code"), [(("list", "checks"), 0), (("lint", "nothing-like-this"), 2)])
def test_streams_that_are_closed_full_or_left_change_no_code(shell: str, words: tuple[str, ...], code: int) -> None:
    done = run(*words, shell=shell if shell != "| true" else "| true; exit 0")

    assert done.returncode == (0 if "|" in shell else code)
    assert b"Traceback" not in done.stderr
    assert b"brownout failed" not in done.stderr
    if shell == ">/dev/full" and code == 0:
        assert b"what was written on standard output is lost: No space left on device" in done.stderr


@pytest.mark.parametrize("columns", ["1", "0", "39", "-5", "x"])
def test_a_narrow_window_is_laid_out_for_forty_columns(columns: str) -> None:
    done = run("list", "checks", env={"COLUMNS": columns})
    lines = done.stdout.decode().splitlines()

    assert done.returncode == 0
    assert max(map(len, lines)) >= 30


@given(st.lists(st.binary(max_size=50), max_size=9))
def test_a_steady_stream_takes_every_byte_also_when_nobody_reads(pieces: list[bytes]) -> None:
    read, write = os.pipe()
    os.close(read)
    with Steady(write, "w") as stream:
        assert [stream.write(piece) for piece in pieces] == [len(piece) for piece in pieces]
