"""The pipe on which a process hangs."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import asyncio
from brownout.pipe import at_end_of_stdin

async def main():
    over = asyncio.Event()
    at_end_of_stdin(asyncio.get_running_loop(), over.set)
    print("waits", flush=True)
    await asyncio.wait_for(over.wait(), {patience})

asyncio.run(main())
"""


def test_a_process_ends_when_whoever_holds_its_stdin_does() -> None:
    command = [sys.executable, "-c", CODE.format(patience=60)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"waits\n"
        process.stdin.write(b"words mean nothing")
        process.stdin.flush()
        assert process.poll() is None
        process.stdin.close()

        assert process.wait(30) == 0


def test_a_stdin_that_is_no_pipe_holds_nobody() -> None:
    command = [sys.executable, "-c", CODE.format(patience=0.1)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)

    assert "TimeoutError" in ended.stderr
