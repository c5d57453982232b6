"""A program that knows nothing of us ends when its starter does, with all it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support.proxies import wait_until

from brownout.drill import lifeline

CHILD = "import sys, time; open(sys.argv[1], 'w').write('up'); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {CHILD}"
DAEMON = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
open(sys.argv[1], "w").write("up")
time.sleep(60)
"""


@pytest.fixture
def up(tmp_path: Path) -> Path:
    return tmp_path / "up"


@pytest.fixture
def started(up: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stderr):
            assert pipe is not None
            pipe.close()


def _start(
    code: str, up: Path, started: list[subprocess.Popen[bytes]], linger: float = 0.01, grace: float = 5
) -> psutil.Process:
    """A lifeline with a program; returns the lifeline once the program runs."""
    command = [
        sys.executable,
        "-P",
        lifeline.__file__,
        str(linger),
        str(grace),
        "--",
        sys.executable,
        "-c",
        code,
        str(up),
    ]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    started.append(process)
    wait_until(up.exists)
    return psutil.Process(process.pid)


def _all_gone(processes: list[psutil.Process]) -> bool:
    return not [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_the_end_of_stdin_ends_the_program(up: Path, started: list[subprocess.Popen[bytes]]) -> None:
    family = (line := _start(CHILD, up, started)).children(recursive=True)
    assert family

    assert started[0].stdin is not None
    started[0].stdin.close()

    assert started[0].wait(15) == -signal.SIGTERM
    wait_until(lambda: _all_gone([line, *family]))


def test_without_lingering_the_end_of_stdin_kills(up: Path, started: list[subprocess.Popen[bytes]]) -> None:
    _start(CHILD, up, started, linger=0)

    assert started[0].stdin is not None
    started[0].stdin.close()

    assert started[0].wait(15) == -signal.SIGKILL


def test_a_program_may_outlive_its_starter_for_a_while(up: Path, started: list[subprocess.Popen[bytes]]) -> None:
    (program,) = _start(CHILD, up, started, linger=300).children()

    assert started[0].stdin is not None
    started[0].stdin.close()
    with pytest.raises(subprocess.TimeoutExpired):
        started[0].wait(0.2)

    assert program.is_running()
    started[0].terminate()
    assert started[0].wait(15) == -signal.SIGTERM


def test_sigterm_ends_the_program(up: Path, started: list[subprocess.Popen[bytes]]) -> None:
    family = _start(CHILD, up, started).children(recursive=True)

    started[0].terminate()

    assert started[0].wait(15) == -signal.SIGTERM
    wait_until(lambda: _all_gone(family))


def test_a_program_that_ignores_sigterm_is_killed(up: Path, started: list[subprocess.Popen[bytes]]) -> None:
    _start(STUBBORN, up, started, grace=0.1)

    started[0].terminate()

    assert started[0].wait(15) == -signal.SIGKILL


def test_a_daemon_in_a_session_of_its_own_does_not_slip_away(up: Path, started: list[subprocess.Popen[bytes]]) -> None:
    family = wait_until(lambda: found if len(found := _start_once(up, started).children(recursive=True)) == 2 else None)

    started[0].terminate()
    started[0].wait(15)

    wait_until(lambda: _all_gone(family))


def _start_once(up: Path, started: list[subprocess.Popen[bytes]]) -> psutil.Process:
    return psutil.Process(started[0].pid) if started else _start(DAEMON, up, started)


@pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal")
def test_a_lifeline_that_is_killed_takes_the_program_along(up: Path, started: list[subprocess.Popen[bytes]]) -> None:
    family = _start(CHILD, up, started).children(recursive=True)

    os.kill(started[0].pid, signal.SIGKILL)

    wait_until(lambda: _all_gone(family))


def test_it_ends_as_the_program_ended() -> None:
    for code, expected in (("import sys; sys.exit(7)", 7), ("import os; os.kill(os.getpid(), 9)", -9), ("", 0)):
        command = [sys.executable, "-P", lifeline.__file__, "1", "1", "--", sys.executable, "-c", code]
        assert subprocess.run(command, stdin=subprocess.DEVNULL, check=False, timeout=30).returncode == expected


def test_a_program_that_does_not_exist_is_named() -> None:
    command = [sys.executable, "-P", lifeline.__file__, "1", "1", "--", "/no/such/program"]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=30)

    assert (result.returncode, result.stderr) == (127, "cannot start /no/such/program: No such file or directory\n")
