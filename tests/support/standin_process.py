"""A stand-in process with everything a test may want to do to it: signals, stdin, what it wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FAST = {"first_token": 0.0, "first_token_jitter": 0.0, "tokens_per_second": 5000.0, "jitter": 0.3}


@dataclass
class Running:
    """A stand-in process and where it listens."""

    process: subprocess.Popen[str]
    port: int = 0
    ended: tuple[int, str, str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> tuple[int, str, str]:
        """Stop it; its exit code and what it wrote to stdout (after the first line) and stderr."""
        if self.ended:
            return self.ended
        if self.process.stdin and self.process.stdin.closed:
            self.process.stdin = None
        self.process.terminate()
        try:
            out, err = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
        self.ended = (self.process.returncode, out, err)
        return self.ended


Start = Callable[..., Running]


def starter(stack: ExitStack, folder: Callable[[], Path]) -> Start:
    """A function that starts stand-ins with orders of its own; they end with the stack."""

    def start(**orders: Any) -> Running:
        file = folder() / "orders.json"
        file.write_text(json.dumps({"pace": FAST, **orders}, default=str))
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "brownout.standin", "--orders", str(file)]
        running = Running(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True))
        stack.callback(running.end)
        assert running.process.stdout is not None
        line = running.process.stdout.readline()
        assert line, f"the stand-in did not start: {running.end()}"
        ready = json.loads(line)
        assert ready.keys() == {"ready", "port"}
        running.port = ready["port"]
        return running

    return start
